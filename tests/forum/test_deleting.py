"""Taking one's own post back: out of sight at once everywhere, half a minute to put it back, then gone for good."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from forum import actions
from forum.actions import deleting
from forum.models import Post, Reaction, Space, Thread
from moderation import actions as moderation
from moderation.models import Decision, Report
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def thread():
    """A question and a reply by two people, written through the actions so that all counts are kept."""
    space = factories.make_space(visibility="public")
    asker, helper = factories.make_user(), factories.make_user(display_name="Helper")
    thread = actions.start_thread(space=space, author=asker, kind="question", title="Rainbow", source="Marmalade?")
    actions.post_reply(thread=thread, author=helper, source="Yes, marmalade.")
    return Thread.objects.get(pk=thread.pk)


@pytest.fixture
def reply(thread):
    return thread.posts.get(number=2)


def delete_url(post):
    return reverse("forum:delete", args=[post.pk])


def undo_url(post):
    return reverse("forum:deleted", args=[post.pk])


def delete(post):
    return signed_in(post.author).post(delete_url(post))


def grow_old(post, **age):
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now() - dt.timedelta(**age))


def counts(thread):
    thread.refresh_from_db()
    space = Space.objects.get(pk=thread.space_id)
    return thread.reply_count, thread.last_post_by_id, space.thread_count, space.post_count


def test_a_reply_leaves_a_trace_and_counts_follow(thread, reply, client):
    answer = delete(reply)
    assert answer.url == undo_url(reply)
    html = client.get(thread.get_absolute_url()).content.decode()
    assert "Its author has deleted this post." in html and "Yes, marmalade" not in html and "Helper" not in html
    assert counts(thread) == (0, thread.author_id, 1, 1)
    assert Entry.objects.filter(verb="post.deleted", actor_id=reply.author_id).count() == 1


def test_it_is_put_back_with_one_button(thread, reply, client):
    before = counts(thread)
    delete(reply)
    author = signed_in(reply.author)
    assert "Put it back" in author.get(undo_url(reply)).content.decode()
    assert author.post(undo_url(reply)).url == reverse("forum:post", args=[reply.pk])
    assert counts(thread) == before
    assert "Yes, marmalade" in client.get(thread.get_absolute_url()).content.decode()


def test_later_it_is_too_late(thread, reply):
    delete(reply)
    grow_old(reply, seconds=90)
    html = signed_in(reply.author).post(undo_url(reply), follow=True).content.decode()
    assert "It is too late" in html
    reply.refresh_from_db()
    assert reply.deleted_at and reply.hidden_at


def test_a_thread_whose_every_post_is_deleted_disappears_and_comes_back(thread, reply, client):
    opening = thread.posts.get(number=1)
    before = counts(thread)
    delete(opening)
    assert client.get(thread.get_absolute_url()).status_code == 200
    delete(reply)
    assert client.get(thread.get_absolute_url()).status_code == 404
    assert "Rainbow" not in client.get(thread.space.get_absolute_url()).content.decode()
    assert counts(thread)[2:] == (0, 0)
    assert "Go to " in signed_in(reply.author).get(undo_url(reply)).content.decode()
    for post in (reply, opening):
        signed_in(post.author).post(undo_url(post))
    assert counts(thread) == before
    assert client.get(thread.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("reader", ["visitor", "member", "author", "moderator"])
def test_search_forgets_it(reader, thread, reply):
    client = Client()
    if reader != "visitor":
        client = signed_in(reply.author if reader == "author" else factories.make_user(*{"moderator"} & {reader}))
    found = "/search/?q=marmalade"
    assert "Rainbow" in client.get(found).content.decode()
    delete(reply)
    delete(thread.posts.get(number=1))
    drain()
    assert "Rainbow" not in client.get(found).content.decode()


def test_mail_and_inbox_forget_it(thread, reply):
    delete(reply)
    drain()
    asker = signed_in(thread.author)
    assert not mail.outbox
    assert "Helper" not in asker.get(reverse("notifications:inbox")).content.decode()


def test_the_words_go_for_good_and_the_mark_of_what_helped_with_them(thread, reply):
    actions.choose_answer(thread=thread, post=reply, actor=thread.author)
    actions.set_reaction(post=reply, person=thread.author, kind="thanks", wanted=True)
    actions.edit_post(post=reply, editor=reply.author, source="Edited.")
    delete(reply)
    assert actions.erase_deleted() == 0
    grow_old(reply, seconds=90)
    assert actions.erase_deleted() == 1
    reply.refresh_from_db()
    assert (reply.source, reply.html, reply.thanks) == ("", "", 0)
    assert not reply.revisions.exists() and not Reaction.objects.exists()
    assert Thread.objects.get(pk=thread.pk).answer is None
    assert actions.erase_deleted() == 0


def test_a_deleted_thread_loses_its_title_too():
    thread = factories.make_thread(title="A secret")
    delete(thread.posts.get())
    grow_old(thread.posts.get(), seconds=90)
    actions.erase_deleted()
    thread.refresh_from_db()
    assert (thread.title, thread.slug) == ("Deleted by its author", "deleted")


@pytest.mark.parametrize("of_thread", [False, True])
def test_what_was_reported_stays_for_moderators_for_thirty_days(of_thread, as_moderator, member):
    thread = factories.make_thread(factories.make_space(visibility="public"), text="Marmalade.")
    post = thread.posts.get()
    report = moderation.report(subject=thread if of_thread else post, reporter=member, reason="wrong")
    delete(post)
    grow_old(post, days=29)
    assert actions.erase_deleted() == 0
    html = as_moderator.get(thread.get_absolute_url()).content.decode()
    assert "Marmalade." in html and "Only moderators can still read it." in html
    assert "Marmalade." in as_moderator.get(reverse("moderation:desk")).content.decode()
    assert not Post.objects.visible_to(AnonymousUser()).filter(pk=post.pk).exists()
    grow_old(post, days=31)
    assert actions.erase_deleted() == 0, "the report still waits"
    report.state = Report.State.DISMISSED
    report.save()
    assert actions.erase_deleted() == 1


def test_what_is_kept_for_reports_does_not_hold_up_the_rest(thread, reply, member, monkeypatch):
    monkeypatch.setattr(deleting, "ERASED_AT_ONCE", 1)
    other = factories.make_post(thread)
    moderation.report(subject=reply, reporter=member, reason="wrong")
    for post, seconds in ((reply, 120), (other, 90)):
        delete(post)
        grow_old(post, seconds=seconds)
    assert actions.erase_deleted() == 1
    other.refresh_from_db()
    assert other.source == ""


def test_moderators_close_its_reports_and_cannot_bring_it_back(moderator, as_moderator, reply, member):
    moderation.report(subject=reply, reporter=member, reason="wrong")
    delete(reply)
    html = as_moderator.get(reverse("moderation:desk")).content.decode()
    assert "deleted by its author" in html and "Leave it as it is" in html and "Show it again" not in html
    actions.restore_post(post=reply, actor=moderator)
    reply.refresh_from_db()
    assert reply.hidden_at is not None
    seen = moderation.Seen(report=Report.objects.latest("pk").pk)
    with pytest.raises(moderation.AlreadyDecidedError):
        moderation.restore(subject=reply, actor=moderator, reason="", seen=seen)
    moderation.dismiss(subject=reply, actor=moderator, reason="Gone.", seen=seen)
    assert Decision.objects.get().verb == "dismiss"


def test_who_may_not(thread, reply, client, as_member, as_moderator):
    for url in (delete_url(reply), undo_url(reply)):
        assert "/account/login/" in client.post(url).url
    for reader in (as_member, as_moderator, signed_in(thread.author)):
        assert reader.get(delete_url(reply)).status_code == 403
        assert reader.post(delete_url(reply)).status_code == 403
    delete(reply)
    for reader in (as_member, as_moderator):
        assert reader.post(undo_url(reply)).status_code == 404
    reply.refresh_from_db()
    assert reply.deleted_at is not None


def test_what_a_moderator_took_down_stays_for_the_moderators(reply, moderator):
    actions.hide_post(post=reply, actor=moderator)
    assert delete(reply).status_code == 404
    actions.delete_post(post=reply, actor=reply.author)
    reply.refresh_from_db()
    assert reply.deleted_at is None


def test_wrong_numbers_verbs_and_forged_requests(reply):
    author = signed_in(reply.author)
    assert author.post(reverse("forum:delete", args=[10**15])).status_code == 404
    assert author.post(undo_url(reply)).status_code == 404
    assert author.put(delete_url(reply)).status_code == author.put(undo_url(reply)).status_code == 405
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(reply.author)
    assert forged.post(delete_url(reply)).status_code == 403
    assert author.get(delete_url(reply)).status_code == 200
    reply.refresh_from_db()
    assert reply.deleted_at is None


def test_ones_own_words_can_be_taken_out_of_an_archive_and_a_closed_thread(thread, reply):
    Space.objects.filter(pk=thread.space_id).update(is_archived=True)
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    page = signed_in(reply.author).get(thread.get_absolute_url()).content.decode()
    assert delete_url(reply) in page and delete_url(thread.posts.get(number=1)) not in page
    assert delete(reply).status_code == 302


def test_the_question_says_that_the_title_stays_where_others_have_replied(thread):
    html = signed_in(thread.author).get(delete_url(thread.posts.get(number=1))).content.decode()
    assert "The title and the replies stay." in html


def test_the_thread_costs_the_same_with_deleted_posts(thread, reply, as_member, as_moderator):
    def asked(client):
        client.get(thread.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            client.get(thread.get_absolute_url())
        return len(found)

    before = [asked(client) for client in (Client(), as_member, as_moderator)]
    delete(reply)
    assert [asked(client) for client in (Client(), as_member, as_moderator)] == before


def test_posting_twice_deletes_once(reply, thread):
    delete(reply)
    first = counts(thread)
    actions.delete_post(post=reply, actor=reply.author)
    assert counts(thread) == first
