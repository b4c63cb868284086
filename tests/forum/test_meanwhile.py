"""Two people do two things at once: each meets rows that are no longer as its page showed them.

The first tests play the moment between the look and the deed; the last ones are real threads or processes.
"""

import threading
import uuid
from contextlib import closing

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from forum import actions
from forum.actions import rearranging
from forum.models import Attachment, Post, Thread
from moderation import actions as decisions
from tests import factories
from tests.conftest import signed_in
from tests.forum import community as told
from tests.forum.attaching.sending import handout
from tests.forum.test_at_once import together

pytestmark = pytest.mark.postgres


@pytest.fixture
def space(db):
    return factories.make_space(visibility="public")


@pytest.fixture
def asker(db):
    return factories.make_user()


@pytest.fixture
def thread(space, asker):
    return actions.start_thread(space=space, author=asker, kind="question", title="Damp", source="What helps?")


@pytest.fixture
def other(space, asker):
    return actions.start_thread(space=space, author=asker, kind="question", title="Mould", source="What helps?")


@pytest.fixture
def reply(thread, member):
    return actions.post_reply(thread=thread, author=member, source="Open a window.")


def check_counts():
    rows = told.Rows()
    for thread in rows.threads.values():
        told.check_thread(thread, rows)
    for space in rows.spaces.values():
        told.check_space(space, rows)


def test_no_reply_goes_where_nobody_comes_any_more(thread, other, member, moderator):
    stale = Thread.objects.select_related("space").get(pk=thread.pk)
    actions.merge_threads(thread=thread, into=other, actor=moderator)
    with pytest.raises(Thread.DoesNotExist):
        actions.post_reply(thread=stale, author=member, source="Too late.")
    check_counts()


def test_no_reply_is_counted_in_what_was_hidden_meanwhile(thread, member, moderator):
    stale = Thread.objects.select_related("space").get(pk=thread.pk)
    actions.hide_thread(thread=thread, actor=moderator)
    with pytest.raises(Thread.DoesNotExist):
        actions.post_reply(thread=stale, author=member, source="Too late.")
    check_counts()


def test_whoever_wrote_while_it_was_merged_decides_anew(thread, other, as_member, moderator, monkeypatch):
    """The other thread may have other readers: the words wait in the form."""
    post_reply = actions.post_reply

    def merge_first(**said):
        monkeypatch.setattr(actions, "post_reply", post_reply)
        actions.merge_threads(thread=thread, into=other, actor=moderator)
        return post_reply(**said)

    monkeypatch.setattr(actions, "post_reply", merge_first)
    said = {"text": "Open a window.", "form_token": str(uuid.uuid4()), "wish": "post"}
    answer = as_member.post(f"/community/reply/{thread.pk}/", said)
    assert answer.status_code == 200
    assert "has just become part of another one" in answer.content.decode()
    assert "Open a window." in answer.content.decode()
    assert not Post.objects.filter(source="Open a window.").exists()
    assert as_member.post(f"/community/reply/{thread.pk}/", said).status_code == 302
    assert Post.objects.get(source="Open a window.").thread_id == other.pk


def test_what_was_deleted_or_moved_on_meanwhile_is_not_what_helped(thread, reply, asker, member, moderator):
    stale = Post.objects.get(pk=reply.pk)
    actions.delete_post(post=reply, actor=member)
    with pytest.raises(ValueError):
        actions.choose_answer(thread=thread, post=stale, actor=asker)
    actions.undelete_post(post=reply, actor=member)
    actions.split_thread(thread=thread, posts=[reply], title="Windows", actor=moderator)
    with pytest.raises(ValueError):
        actions.choose_answer(thread=thread, post=stale, actor=asker)
    assert Thread.objects.get(pk=thread.pk).answer is None


def test_marking_what_has_just_gone_says_so(thread, reply, asker, member, monkeypatch):
    choose = actions.choose_answer

    def delete_first(**said):
        actions.delete_post(post=reply, actor=member)
        return choose(**said)

    monkeypatch.setattr(actions, "choose_answer", delete_first)
    answer = signed_in(asker).post(f"/community/helped/{thread.pk}/", {"post": reply.pk}, follow=True)
    assert "This post has just gone" in answer.content.decode()


def test_a_discussion_has_nothing_that_helped(thread, reply, asker):
    stale = Thread.objects.get(pk=thread.pk)
    actions.edit_opening(post=thread.posts.get(number=1), editor=asker, kind="discussion", title="Damp", source="Talk.")
    with pytest.raises(ValueError):
        actions.choose_answer(thread=stale, post=reply, actor=asker)


def test_thanks_for_what_is_hidden_or_elsewhere_are_counted_where_they_belong(thread, other, reply, asker, moderator):
    stale = Post.objects.get(pk=reply.pk)
    actions.set_reaction(post=stale, person=asker, kind="thanks", wanted=True)
    actions.hide_post(post=reply, actor=moderator)
    actions.set_reaction(post=stale, person=asker, kind="thanks", wanted=False)
    actions.set_reaction(post=stale, person=moderator, kind="thanks", wanted=True)
    check_counts()
    actions.restore_post(post=reply, actor=moderator)
    actions.merge_threads(thread=thread, into=other, actor=moderator)
    actions.set_reaction(post=stale, person=asker, kind="thanks", wanted=True)
    check_counts()
    assert Thread.objects.get(pk=other.pk).helpful == 2


def test_what_hangs_on_posts_is_counted_again(thread, member, capsys):
    from django.core.management import call_command

    file = actions.add_upload(person=member, token=uuid.uuid4(), upload=handout())
    with_file = actions.post_reply(thread=thread, author=member, source="See the file.", attachments=[file])
    without = actions.post_reply(thread=thread, author=member, source="No file.")
    Post.objects.filter(pk=with_file.pk).update(attachment_count=3)
    Post.objects.filter(pk=without.pk).update(attachment_count=1)
    call_command("recount_forum")
    assert "2 posts" in capsys.readouterr().out
    counts = {pk: Attachment.objects.filter(post=pk).count() for pk in (with_file.pk, without.pk)}
    assert counts == dict(Post.objects.filter(pk__in=counts).values_list("pk", "attachment_count"))


def elsewhere(work):
    """Does it on a connection of its own, and gives what it gives."""
    found = []

    def run():
        try:
            found.append(work())
        finally:
            connection.close()

    there = threading.Thread(target=run)
    there.start()
    there.join()
    return found[0]


def is_held(post):
    try:
        with transaction.atomic():
            Post.objects.select_for_update(nowait=True, no_key=True).get(pk=post)
    except OperationalError:
        return True
    return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_taken", [False, True])
def test_what_comes_while_the_thread_is_waited_for_is_held_too(thread, reply, member, is_taken, monkeypatch):
    """Somebody who thanks for it holds the post and waits for the thread; whoever rearranges must not wait for them."""
    if connection.vendor != "postgresql":
        return
    lock_threads, hold_too, posted, tries = Thread.objects.select_for_update, rearranging._hold_too, [], []

    def post_first(**how):
        if not posted:
            posted.append(elsewhere(lambda: actions.post_reply(thread=thread, author=member, source="Late.").pk))
        return lock_threads(**how)

    def look(posts, known):
        if is_taken and not tries:
            with closing(psycopg.connect(**connection.get_connection_params())) as taker:
                taker.execute("SELECT id FROM forum_post WHERE id = %s FOR NO KEY UPDATE", posted)
                tries.append(hold_too(posts, known))
        else:
            tries.append(hold_too(posts, known))
        return tries[-1]

    monkeypatch.setattr(Thread.objects, "select_for_update", post_first)
    monkeypatch.setattr(rearranging, "_hold_too", look)
    with transaction.atomic():
        posts, _threads = rearranging._lock(thread)
        assert [post.pk for post in posts] == [*thread.posts.order_by("number").values_list("pk", flat=True)]
        assert posted[0] in {post.pk for post in posts}
        assert all(elsewhere(lambda pk=post.pk: is_held(pk)) for post in posts)
    assert tries == ([False, True] if is_taken else [True])


def test_whoever_decides_about_a_thread_waits_for_its_first_post_first(thread, moderator):
    made = decisions.hide(subject=thread, actor=moderator, reason="Names a family", seen=decisions.Seen())
    with CaptureQueriesContext(connection) as log:
        decisions.restore(subject=thread, actor=moderator, reason="It does not", seen=decisions.Seen(made.pk))
    rows = [query["sql"] for query in log if query["sql"].endswith("FOR NO KEY UPDATE")]
    if connection.vendor == "postgresql":
        # Whether the moderator may still decide comes before all else.
        assert 'FROM "accounts_user"' in rows[0] and 'FROM "forum_post"' in rows[1]
        assert any('FROM "forum_thread"' in row for row in rows[2:])


def jobs_of(*works, times=3):
    """Each work (person, what, arguments) on its own line, so many times over."""
    return [{"person": person.pk, "deeds": [[what, given]] * times} for person, what, given in works]


@pytest.mark.django_db(transaction=True)
def test_at_once_nobody_fails_and_nothing_is_lost_or_counted_twice(space, thread, other, moderator, tmp_path):
    """Replying while merging and undoing it, splitting, hiding, marking, deleting, thanking, voting, leaving."""
    people = [factories.make_user() for _ in range(6)]
    closed = factories.make_space(visibility="ask")
    for person in people:
        factories.join(closed, person)
    inside = actions.start_thread(space=closed, author=people[0], kind="question", title="In", source="In?")
    replies = [actions.post_reply(thread=thread, author=person, source="One.") for person in people]
    poll = actions.save_poll(post=other.posts.get(), question="Which day?", options=["Monday", "Tuesday"])
    option = poll.options.order_by("pk")[0].pk
    pointing = f"See http://localhost:8000/community/post/{replies[1].pk}/"
    jobs = [
        {"person": moderator.pk, "deeds": [["merge", [thread.pk, other.pk]], ["undo", []]] * 3},
        {"person": moderator.pk, "deeds": [["split", [thread.pk, replies[4].pk]], ["undo", []]] * 2},
        *jobs_of(
            (people[0], "reply", [thread.pk, pointing]),
            (people[1], "reply", [other.pk, pointing]),
            (people[2], "thank", [replies[3].pk]),
            (people[3], "vote", [poll.pk, option]),
        ),
        {"person": moderator.pk, "deeds": [["hide", [replies[3].pk]], ["edit", [replies[3].pk]]] * 3},
        {"person": people[5].pk, "deeds": [["mark", [thread.pk, replies[5].pk]], ["delete", [replies[5].pk]]] * 3},
        {"person": people[4].pk, "deeds": [["reply", [inside.pk, "In."]], ["leave", [closed.pk]]]},
    ]
    errors, read = together(jobs, tmp_path)
    assert errors == []
    threads = read("SELECT id, reply_count, last_number, helpful, answer_id, merged_into_id FROM forum_thread")
    posts = read("SELECT id, thread_id, number, hidden_at, thanks FROM forum_post")
    for pk, replied, last, helpful, answer, merged in threads:
        mine = sorted((post[2], post) for post in posts if post[1] == pk)
        assert [number for number, _post in mine] == list(range(1, last + 1))
        shown = [post for _number, post in mine if post[3] is None]
        assert replied == sum(post[2] > 1 for post in shown)
        assert helpful == sum(post[4] for post in shown)
        assert answer is None or answer in {post[0] for _number, post in mine[1:]}
        assert not (merged and mine)
    ((counted,),) = read(f"SELECT post_count FROM forum_space WHERE id = {space.pk:d}")
    open_threads = {
        row[0] for row in read(f"SELECT id FROM forum_thread WHERE hidden_at IS NULL AND space_id = {space.pk:d}")
    }
    assert counted == sum(post[1] in open_threads and post[3] is None for post in posts)
    assert read("SELECT voter_count FROM forum_poll") == [(1,)]
    assert len(read("SELECT id FROM forum_reaction")) == 1


WRITTEN = {
    "a thread": lambda person, post: actions.start_thread(
        space=post.thread.space, author=person, kind="question", title="Late", source="Late."
    ),
    "a reply": lambda person, post: actions.post_reply(thread=post.thread, author=person, source="Late."),
    "an edit": lambda person, post: actions.edit_post(post=post, editor=person, source="Late."),
    "an edited beginning": lambda person, post: actions.edit_opening(
        post=post.thread.posts.get(number=1), editor=person, kind="question", title="Late", source="Late."
    ),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_nothing_appears_of_somebody_who_was_suspended_while_it_was_sent(what, reply, member):
    with CaptureQueriesContext(connection) as asked:
        WRITTEN[what](member, reply)
    held = [query["sql"] for query in asked if "accounts_user" in query["sql"] and "FOR NO KEY UPDATE" in query["sql"]]
    assert connection.vendor == "sqlite" or held, "a suspension that comes now has to wait"
    User.objects.filter(pk=member.pk).update(is_active=False)
    before = list(Post.objects.order_by("pk").values("pk", "source")), list(Thread.objects.values("pk", "title"))
    with pytest.raises(PermissionDenied):
        WRITTEN[what](member, reply)
    after = list(Post.objects.order_by("pk").values("pk", "source")), list(Thread.objects.values("pk", "title"))
    assert member.is_active and before == after


@pytest.mark.parametrize("field", ["deleted_at", "expired_at"])
def test_what_went_while_it_was_changed_gets_no_words_again(field, thread, reply, member):
    opening = thread.posts.get(number=1)
    Post.objects.update(**{field: timezone.now(), "source": "", "html": ""})
    with pytest.raises(PermissionDenied):
        actions.edit_post(post=reply, editor=member, source="Still here.")
    with pytest.raises(PermissionDenied):
        actions.edit_opening(post=opening, editor=opening.author, kind="question", title="Here", source="Still.")
    assert not Post.objects.exclude(source="").exists()


def test_a_suspended_person_neither_thanks_nor_invites(reply, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        actions.set_reaction(post=reply, person=member, kind="thanks", wanted=True)
    with pytest.raises(PermissionDenied):
        actions.invite_address(space=reply.thread.space, address="asha@example.org", actor=member)
    assert not reply.reactions.exists() and not reply.thread.space.invitations.exists()
