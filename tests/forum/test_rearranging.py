"""Moving, merging, splitting and undoing: numbers, counts, what was read, answers, search and old addresses hold."""

import random
from functools import partial

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from forum import actions
from forum.models import Follow, Post, Rearrangement, Space, Thread, ThreadRead
from notifications.models import Event, Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def room():
    return factories.make_space(name="Room", slug="room", visibility="public")


@pytest.fixture
def hall():
    return factories.make_space(name="Hall", slug="hall", visibility="members")


def write_thread(space, title="Apples", replies=3, kind="question"):
    author = factories.make_user()
    thread = actions.start_thread(space=space, author=author, kind=kind, title=title, source=f"{title} 1")
    for number in range(2, replies + 2):
        actions.post_reply(thread=thread, author=factories.make_user(), source=f"{title} {number}")
    return Thread.objects.get(pk=thread.pk)


def texts(thread):
    return [post.source for post in Post.objects.filter(thread=thread).order_by("number")]


def check_invariants():
    """Numbers without gaps, and every counter equal to its rows."""
    for thread in Thread.objects.all():
        posts = list(thread.posts.order_by("number"))
        assert [post.number for post in posts] == list(range(1, len(posts) + 1))
        shown = [post for post in posts if post.hidden_at is None]
        assert thread.last_number == len(posts)
        assert thread.reply_count == sum(post.number > 1 for post in shown)
        if shown:
            assert (thread.last_post_at, thread.last_post_by_id) == (shown[-1].created_at, shown[-1].author_id)
        if thread.answer:
            assert thread.answer.thread_id == thread.pk and thread.answer.number > 1
        assert bool(thread.merged_into_id) == (not posts)
        assert not thread.reads.filter(last_number__gt=thread.last_number, thread__merged_into=None).exists()
    for space in Space.objects.all():
        listed = space.threads.filter(hidden_at=None)
        assert space.thread_count == listed.count()
        assert space.post_count == Post.objects.filter(thread__in=listed, hidden_at=None).count()


def go(client, name, thread, **data):
    return client.post(reverse(f"forum:{name}", args=[thread.pk]), data)


class TestMoving:
    def test_asks_where_who_reads_it_changes_then_moves(self, room, hall, as_moderator, client):
        thread = write_thread(room)
        page = go(as_moderator, "move", thread, space=hall.slug)
        html = page.content.decode()
        assert page.status_code == 200 and "everyone who has joined this site" in html
        assert "Until now it was read by anyone on the internet" in html
        assert Thread.objects.get(pk=thread.pk).space == room
        assert go(as_moderator, "move", thread, space=hall.slug, agreed=hall.pk).url == thread.get_absolute_url()
        assert client.get(thread.get_absolute_url()).status_code == 404
        html = as_moderator.get(thread.get_absolute_url()).content.decode()
        assert 'Moved here from <a href="/community/room/">Room</a>' in html and "Undo this" in html
        assert Entry.objects.filter(verb="thread.moved").count() == 1
        check_invariants()

    def test_does_not_ask_where_the_same_people_read_it(self, room, as_moderator):
        other = factories.make_space(visibility="public")
        thread = write_thread(room)
        assert go(as_moderator, "move", thread, space=other.slug).status_code == 302
        assert Thread.objects.get(pk=thread.pk).space == other

    def test_a_circle_is_not_another_circle(self, as_moderator):
        circle, other = (factories.make_space(visibility="ask") for _ in range(2))
        thread = write_thread(circle)
        assert go(as_moderator, "move", thread, space=other.slug).status_code == 200
        assert Thread.objects.get(pk=thread.pk).space == circle

    def test_search_goes_with_it(self, room, hall, moderator, client, as_member):
        thread = write_thread(room, title="Marmalade")
        actions.move_thread(thread=thread, space=hall, actor=moderator)
        drain()
        found = [
            thread.get_absolute_url() in reader.get("/search/?q=marmalade").content.decode()
            for reader in (client, as_member)
        ]
        assert found == [False, True]

    def test_back_again(self, room, hall, moderator, as_moderator):
        thread = write_thread(room)
        made = actions.move_thread(thread=thread, space=hall, actor=moderator)
        as_moderator.post(reverse("forum:undo", args=[made.pk]))
        assert Thread.objects.get(pk=thread.pk).space == room
        assert "Moved here" not in as_moderator.get(thread.get_absolute_url()).content.decode()
        check_invariants()

    def test_the_name_of_a_space_that_one_does_not_know_is_not_told(self, room, moderator, as_member):
        secret = factories.make_space(name="Secret circle", visibility="invited")
        thread = write_thread(secret)
        actions.move_thread(thread=thread, space=room, actor=moderator)
        html = as_member.get(thread.get_absolute_url()).content.decode()
        assert "Moved here from another space" in html and "Secret circle" not in html

    def test_those_who_follow_are_told_once_if_they_may_still_read_it(self, room, hall, moderator, member):
        thread = write_thread(room)
        outsider = factories.make_user(is_active=False)
        for person in (member, outsider):
            actions.set_follow(thread=thread, person=person, wanted=True)
        actions.move_thread(thread=thread, space=hall, actor=moderator)
        drain()
        told = Notification.objects.filter(event__kind="rearranged", person=member, channel="inbox")
        assert told.count() == 1
        html = signed_in(member).get(reverse("notifications:inbox")).content.decode()
        assert "“Apples” has moved to Hall" in html
        assert Event.objects.filter(kind="rearranged").count() == 1


class TestMerging:
    def test_posts_follow_and_the_old_address_leads_to_them(self, room, as_moderator, client):
        thread, into = write_thread(room), write_thread(room, title="Pears", replies=1)
        page = go(as_moderator, "merge", thread, into=f"http://testserver{into.get_absolute_url()}?page=2")
        assert "The other thread: “Pears”, in Room." in page.content.decode() and into.posts.count() == 2
        assert go(as_moderator, "merge", thread, into=into.pk, agreed=room.pk).url == into.get_absolute_url()
        assert texts(into) == ["Pears 1", "Pears 2", "Apples 1", "Apples 2", "Apples 3", "Apples 4"]
        assert client.get(thread.get_absolute_url()).url == f"{into.get_absolute_url()}#post-3"
        html = client.get(into.get_absolute_url()).content.decode()
        assert "The posts of “Apples” were put into this thread" in html and "Undo this" not in html
        assert "Apples" not in client.get(room.get_absolute_url()).content.decode()
        check_invariants()

    def test_a_reply_half_written_still_finds_its_place(self, room, moderator, as_member):
        thread, into = write_thread(room), write_thread(room, title="Pears")
        actions.merge_threads(thread=thread, into=into, actor=moderator)
        answer = as_member.post(reverse("forum:reply", args=[thread.pk]), {"text": "Late."})
        assert answer.url.startswith(into.get_absolute_url()) and texts(into)[-1] == "Late."

    def test_signs_are_followed_and_lead_nowhere_where_one_may_not_go(self, room, moderator, client, as_member):
        first, second, third = (write_thread(room, title=title) for title in ("Apples", "Pears", "Plums"))
        actions.merge_threads(thread=first, into=second, actor=moderator)
        actions.merge_threads(thread=second, into=third, actor=moderator)
        assert client.get(first.get_absolute_url()).url == third.get_absolute_url()
        third.refresh_from_db()
        actions.move_thread(thread=third, space=factories.make_space(visibility="ask"), actor=moderator)
        assert as_member.get(first.get_absolute_url()).status_code == 404

    def test_what_was_read_followed_and_marked_goes_along(self, room, moderator, member):
        thread, into = write_thread(room), write_thread(room, title="Pears", replies=1)
        helped = thread.posts.get(number=3)
        actions.choose_answer(thread=thread, post=helped, actor=thread.author)
        actions.set_follow(thread=thread, person=member, wanted=True)
        slow = factories.make_user()
        for person, there, here in ((member, 4, 2), (slow, 2, 2)):
            actions.mark_read(thread=thread, person=person, number=there)
            actions.mark_read(thread=into, person=person, number=here)
        actions.merge_threads(thread=thread, into=into, actor=moderator)
        into.refresh_from_db()
        assert into.answer == helped
        assert Follow.objects.filter(thread=into, person=member).exists()
        read = dict(ThreadRead.objects.filter(thread=into).values_list("person", "last_number"))
        assert (read[member.pk], read[slow.pk]) == (6, 4)
        check_invariants()

    def test_undone_with_what_was_written_since(self, room, hall, moderator, as_moderator, member):
        thread, into = write_thread(room), write_thread(hall, title="Pears", replies=1)
        actions.choose_answer(thread=thread, post=thread.posts.get(number=2), actor=thread.author)
        actions.mark_read(thread=thread, person=member, number=3)
        made = actions.merge_threads(thread=thread, into=into, actor=moderator)
        actions.post_reply(thread=into, author=member, source="Pears 3")
        assert as_moderator.post(reverse("forum:undo", args=[made.pk])).url == thread.get_absolute_url()
        assert texts(thread) == ["Apples 1", "Apples 2", "Apples 3", "Apples 4"]
        assert texts(into) == ["Pears 1", "Pears 2", "Pears 3"]
        thread.refresh_from_db()
        assert thread.answer.source == "Apples 2" and thread.hidden_at is None
        assert ThreadRead.objects.get(thread=thread, person=member).last_number == 3
        assert ThreadRead.objects.get(thread=into, person=member).last_number == 3
        check_invariants()

    @pytest.mark.parametrize(
        "wrong", ["", "x", "999999", "9" * 18, "/community/thread/0/x/", "self", "closed", "hidden"]
    )
    def test_a_wrong_thread(self, wrong, room):
        keeper = factories.make_user()
        factories.join(room, keeper, is_keeper=True)
        thread, hidden = write_thread(room), write_thread(room)
        actions.hide_thread(thread=hidden, actor=None)
        closed = write_thread(factories.make_space(visibility="members"))
        into = {"self": thread.pk, "closed": closed.pk, "hidden": hidden.pk}.get(wrong, wrong)
        page = go(signed_in(keeper), "merge", thread, into=into, agreed=room.pk)
        assert page.status_code == 200 and page.context["form"].errors
        assert not Rearrangement.objects.exists()


class TestSplitting:
    def test_posts_get_a_thread_of_their_own(self, room, as_moderator, client):
        thread = write_thread(room, replies=4)
        actions.choose_answer(thread=thread, post=thread.posts.get(number=4), actor=thread.author)
        going = list(thread.posts.filter(number__in=[3, 5]))
        answer = go(as_moderator, "split", thread, title="  New \n talk ", posts=[post.pk for post in going])
        new = Thread.objects.get(title="New talk")
        assert answer.url == new.get_absolute_url() and new.author == going[0].author
        assert texts(new) == ["Apples 3", "Apples 5"] and texts(thread) == ["Apples 1", "Apples 2", "Apples 4"]
        thread.refresh_from_db()
        assert thread.answer.number == 3
        assert 'thread of their own now: <a href="' in client.get(thread.get_absolute_url()).content.decode()
        assert 'These posts come from <a href="' in client.get(new.get_absolute_url()).content.decode()
        assert client.get(reverse("forum:post", args=[going[1].pk])).url == new.place_url(2)
        check_invariants()

    def test_undone_everything_stands_where_it_stood(self, room, moderator, as_moderator, client, member):
        thread = write_thread(room, replies=4)
        actions.mark_read(thread=thread, person=member, number=4)
        going = thread.posts.filter(number__in=[3, 4])
        made = actions.split_thread(thread=thread, posts=going, title="New", actor=moderator)
        read = {row.thread_id: row.last_number for row in ThreadRead.objects.filter(person=member)}
        assert read == {thread.pk: 2, made.thread_id: 2}
        actions.post_reply(thread=made.thread, author=member, source="Late 1")
        actions.post_reply(thread=thread, author=member, source="Late 2")
        assert as_moderator.post(reverse("forum:undo", args=[made.pk])).url == thread.get_absolute_url()
        assert texts(thread) == [f"Apples {n}" for n in range(1, 6)] + ["Late 1", "Late 2"]
        assert client.get(made.thread.get_absolute_url()).status_code == 302
        assert ThreadRead.objects.get(person=member, thread=thread).last_number == 7
        check_invariants()

    def test_neither_the_first_nor_hidden_ones(self, room, moderator, as_moderator):
        thread = write_thread(room)
        hidden = thread.posts.get(number=2)
        actions.hide_post(post=hidden, actor=moderator)
        other = write_thread(room).posts.get(number=2)
        for post in (thread.posts.get(number=1), hidden, other):
            assert go(as_moderator, "split", thread, title="New", posts=[post.pk]).status_code == 200
            with pytest.raises(actions.NotPossibleError):
                actions.split_thread(thread=thread, posts=[post], title="New", actor=moderator)
        assert go(as_moderator, "split", thread, title="New", posts=["x", "9" * 30]).status_code == 200
        assert go(as_moderator, "split", thread, title="", posts=[thread.posts.get(number=3).pk]).status_code == 200
        assert Thread.objects.count() == 2

    def test_shows_the_page_of_the_thread_that_one_came_from(self, room, as_moderator):
        thread = write_thread(room, replies=21)
        url = reverse("forum:split", args=[thread.pk])
        assert "Apples 22" in as_moderator.get(f"{url}?page=2").content.decode()
        for page in ("1", "0", "x", "-1", "9" * 30):
            assert as_moderator.get(f"{url}?page={page}").status_code == 200
        lonely = factories.make_thread(room)
        page = as_moderator.get(reverse("forum:split", args=[lonely.pk])).content.decode()
        assert "There are no replies on this page" in page


class TestWhoMay:
    names = ("move", "merge", "split")

    def test_keepers_within_what_they_keep(self, room, hall):
        keeper = factories.make_user()
        factories.join(room, keeper, is_keeper=True)
        thread, other = write_thread(room), write_thread(hall)
        browser = signed_in(keeper)
        html = browser.get(thread.get_absolute_url()).content.decode()
        assert all(reverse(f"forum:{name}", args=[thread.pk]) in html for name in self.names)
        assert "You keep no other space." in browser.get(reverse("forum:move", args=[thread.pk])).content.decode()
        assert go(browser, "move", thread, space=hall.slug, agreed=hall.pk).status_code == 200
        assert go(browser, "move", other, space=room.slug, agreed=room.pk).status_code == 403
        assert Thread.objects.get(pk=thread.pk).space == room

    def test_nobody_else(self, room, client, as_member, as_editor):
        thread = write_thread(room)
        for name in self.names:
            assert "/account/login/" in go(client, name, thread).url
            for reader in (as_member, as_editor, signed_in(thread.author)):
                assert reader.get(reverse(f"forum:{name}", args=[thread.pk])).status_code == 403
                assert go(reader, name, thread).status_code == 403
        html = as_member.get(thread.get_absolute_url()).content.decode()
        assert not any(reverse(f"forum:{name}", args=[thread.pk]) in html for name in self.names)

    def test_undoing_takes_both_spaces(self, room, hall, moderator, client, as_member):
        made = actions.move_thread(thread=write_thread(room), space=hall, actor=moderator)
        keeper = factories.make_user()
        factories.join(hall, keeper, is_keeper=True)
        url = reverse("forum:undo", args=[made.pk])
        assert "Undo this" not in signed_in(keeper).get(made.thread.get_absolute_url()).content.decode()
        assert "/account/login/" in client.post(url).url
        assert as_member.post(url).status_code == signed_in(keeper).post(url).status_code == 403
        secret = factories.make_space(visibility="invited")
        made = actions.move_thread(thread=made.thread, space=secret, actor=moderator)
        assert as_member.post(reverse("forum:undo", args=[made.pk])).status_code == 404

    def test_wrong_numbers_verbs_and_forged_requests(self, room, as_moderator, moderator):
        thread = write_thread(room)
        for name in (*self.names, "undo"):
            assert as_moderator.post(reverse(f"forum:{name}", args=[10**15])).status_code == 404
        for name in self.names:
            assert as_moderator.put(reverse(f"forum:{name}", args=[thread.pk])).status_code == 405
        assert as_moderator.get(reverse("forum:undo", args=[1])).status_code == 405
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(moderator)
        for name in self.names:
            assert go(forged, name, thread).status_code == 403
        archive = factories.make_space(is_archived=True)
        assert go(as_moderator, "move", thread, space=archive.slug, agreed=archive.pk).status_code == 200

    def test_what_cannot_be_undone_any_more_says_so(self, room, hall, moderator, as_moderator):
        thread, into = write_thread(room), write_thread(room, title="Pears")
        made = actions.merge_threads(thread=thread, into=into, actor=moderator)
        actions.hide_thread(thread=into, actor=moderator)
        assert as_moderator.post(reverse("forum:undo", args=[made.pk])).status_code == 404
        actions.restore_thread(thread=into, actor=moderator)
        actions.undo(made=made, actor=moderator)
        page = as_moderator.post(reverse("forum:undo", args=[made.pk]), follow=True)
        assert "cannot be undone any more" in page.content.decode()
        actions.restore_thread(thread=thread, actor=moderator)
        check_invariants()

    def test_a_moderator_cannot_show_a_sign_again(self, room, moderator):
        thread, into = write_thread(room), write_thread(room)
        actions.merge_threads(thread=thread, into=into, actor=moderator)
        actions.restore_thread(thread=thread, actor=moderator)
        assert Thread.objects.get(pk=thread.pk).hidden_at is not None
        for pair in ((thread, into), (into, thread), (into, into)):
            with pytest.raises(actions.NotPossibleError):
                actions.merge_threads(thread=pair[0], into=pair[1], actor=moderator)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_in_whatever_order_the_counts_hold(seed, moderator):
    """Random moderators' work; written texts are neither lost nor doubled."""
    dice = random.Random(seed)
    spaces = [factories.make_space(visibility=kind) for kind in ("public", "members", "ask")]
    for space in spaces:
        for _ in range(2):
            write_thread(space, replies=dice.randint(0, 4))
    texts_before = sorted(Post.objects.values_list("source", flat=True))
    for _ in range(20):
        threads = list(Thread.objects.filter(merged_into=None))
        thread, other = dice.choice(threads), dice.choice(threads)
        post = dice.choice(list(Post.objects.all()))
        mades = list(Rearrangement.objects.all())
        chosen = [each for each in thread.posts.filter(number__gt=1) if dice.random() < 0.5]
        by = {"actor": moderator}
        change = dice.choice(
            [
                partial(actions.move_thread, thread=thread, space=dice.choice(spaces), **by),
                partial(actions.merge_threads, thread=thread, into=other, **by),
                partial(actions.split_thread, thread=thread, posts=chosen, title="New", **by),
                partial(actions.undo, made=dice.choice(mades), **by) if mades else int,
                partial(actions.hide_post, post=post, **by),
                partial(actions.restore_post, post=post, **by),
                partial(actions.hide_thread, thread=thread, **by),
                partial(actions.restore_thread, thread=other, **by),
                partial(actions.delete_post, post=post, actor=post.author),
                partial(actions.undelete_post, post=post, actor=post.author),
                partial(actions.mark_read, thread=thread, person=moderator, number=thread.last_number),
            ]
        )
        try:
            change()
        except actions.NotPossibleError:
            continue
        check_invariants()
    assert sorted(Post.objects.values_list("source", flat=True)) == texts_before
    assert Space.objects.aggregate(n=Sum("thread_count"))["n"] == Thread.objects.filter(hidden_at=None).count()


@pytest.mark.parametrize("reader", ["visitor", "member", "moderator"])
def test_a_thread_costs_the_same_however_often_it_was_rearranged(reader, room, moderator, as_member, as_moderator):
    browser = {"visitor": Client(), "member": as_member, "moderator": as_moderator}[reader]
    thread = write_thread(room, replies=8)

    def split():
        posts = thread.posts.filter(number=2)
        actions.split_thread(thread=thread, posts=posts, title="New", actor=moderator)

    def asked():
        browser.get(thread.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            assert browser.get(thread.get_absolute_url()).status_code == 200
        return len(found)

    split()
    few = asked()
    for _ in range(4):
        split()
    assert asked() == few <= {"visitor": 13, "member": 17, "moderator": 19}[reader]
