"""What somebody does counts only while their account is open: asked anew in the transaction of each write.

The person's row, as it was read when the request began, says that they are active: the test plays the moment after.
"""

import importlib
import inspect
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions as accounts
from accounts import holding
from accounts.adapter import AccountAdapter
from accounts.models import User
from accounts.standing import by_active
from events import actions as events
from forum import actions as forum
from forum.models import Post
from knowledge.actions import lists, suggestions
from moderation import actions as moderation
from tests import factories
from tests.conftest import signed_in
from tests.files.test_serving import picture
from tests.forum.attaching.sending import handout

ROOMS = [
    accounts, forum, moderation, events, lists, suggestions,
    *(importlib.import_module(f"forum.actions.{name}") for name in ("membership", "reading", "saving", "following")),
]  # fmt: skip
WHO = {"person", "actor", "author", "editor", "keeper", "reporter"}
# What is done to a person, or to what is theirs, by others or by the site; and what only they ever see.
NOT_THEIR_DEED = {
    "accounts": "confirm_member delete_account end_sessions erase_profile hide_profile reinstate restore_profile "
    "set_rights set_trust suspend write_profile",
    # `add_upload` asks when it has read the file.
    "forum": "add_upload discard_draft_of discard_upload erase_attachments_of forget_post hand_on_circles "
    "hide_attachment hide_post hide_thread is_for mark_read restore_attachment restore_post restore_thread save_post "
    "set_feed set_follow "
    "set_thread_wish take_name_off withdraw_invitations",
    # Whoever is suspended may ask for a second look, and tell of a child at risk.
    "moderation": "allege appeal dismiss edit hide close reopen restore remove warn report stop_looking newest_about",
    "events": "after_publishing cancel hide_webinar",
    "knowledge": "follow page_published",
}  # fmt: skip


def deeds():
    for room in ROOMS:
        for name, action in vars(room).items():
            if not inspect.isfunction(action) or name.startswith("_"):
                continue
            if action.__module__.split(".")[0] == room.__name__.split(".")[0] and "actions" in action.__module__:
                yield room.__name__.split(".")[0], name, action


def test_every_deed_asks_whether_its_doer_may_still_act():
    seen = list(deeds())
    assert len(seen) > 100
    unasked = {
        f"{room}.{name}"
        for room, name, action in seen
        if WHO & inspect.signature(action).parameters.keys()
        and not hasattr(action, "by_active")
        and name not in NOT_THEIR_DEED[room].split()
    }
    assert not unasked


def test_an_argument_that_an_action_does_not_take_by_name_is_an_error():
    def act(person):
        pass

    with pytest.raises(TypeError):
        by_active("person")(act)


@pytest.fixture
def post(member):
    thread = factories.make_thread(factories.make_space(visibility="public"), author=member, kind="question")
    return factories.make_post(thread, author=member)


@pytest.fixture
def closed(db):
    return factories.make_space(visibility="ask")


def shut(person):
    """Closes the account behind the back of whoever has read the row."""
    User.objects.filter(pk=person.pk).update(is_active=False, session_number=7)


def poll_of(post):
    return forum.save_poll(post=post.thread.opening, question="When?", options=["Monday", "Tuesday"])


DEEDS = {
    "joins": lambda who, post, closed: forum.join_space(space=post.thread.space, person=who),
    "asks to join": lambda who, post, closed: forum.ask_to_join(space=closed, person=who, message="Let me in"),
    "invites": lambda who, post, closed: forum.invite(space=closed, person=factories.make_user(), actor=who),
    "leaves": lambda who, post, closed: forum.leave_space(space=closed, person=who),
    "deletes": lambda who, post, closed: forum.delete_post(post=post, actor=who),
    "puts back": lambda who, post, closed: forum.undelete_post(post=post, actor=who),
    "votes": lambda who, post, closed: forum.vote(poll=poll_of(post), person=who, options=[]),
    "asks around": lambda who, post, closed: forum.save_poll(
        post=post.thread.opening, actor=who, question="When?", options=["Monday", "Tuesday"]
    ),
    "closes a poll": lambda who, post, closed: forum.close_poll(poll=poll_of(post), actor=who),
    "uploads": lambda who, post, closed: forum.add_upload(person=who, token=uuid.uuid4(), upload=handout()),
    "drafts": lambda who, post, closed: forum.save_draft(person=who, key="reply:1", fields={"text": "Later."}),
    "says what helped": lambda who, post, closed: forum.choose_answer(thread=post.thread, post=post, actor=who),
    "moves": lambda who, post, closed: forum.move_thread(thread=post.thread, space=closed, actor=who),
    "splits": lambda who, post, closed: forum.split_thread(thread=post.thread, posts=[post], title="New", actor=who),
    "locks": lambda who, post, closed: forum.set_locked(thread=post.thread, actor=who, locked=True),
    "looks behind a name": lambda who, post, closed: forum.look_at_writer(post=post, actor=who),
    "hides": lambda who, post, closed: moderation.hide(
        subject=post, actor=who, reason="I do not like it.", seen=moderation.Seen()
    ),
    "suspends": lambda who, post, closed: moderation.suspend(
        person=factories.make_user(), actor=who, reason="Revenge.", seen=0
    ),
    "suggests": lambda who, post, closed: suggestions.suggest(
        person=who, fields={**dict.fromkeys(suggestions.FIELDS, ""), "title": "A leaflet", "year": None}
    ),
    "makes a list": lambda who, post, closed: lists.make_list(keeper=who, title="Mine", visibility="public"),
    "changes a profile": lambda who, post, closed: accounts.update_profile(person=who, changes={"job_title": "Chief"}),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_done_by_somebody_who_was_suspended_while_it_was_sent(deed, post, closed):
    who = factories.make_user("moderator")
    shut(who)
    assert who.is_active
    with pytest.raises(PermissionDenied):
        DEEDS[deed](who, post, closed)


@pytest.mark.postgres
def test_a_suspension_that_comes_now_waits_its_turn(post, member):
    with CaptureQueriesContext(connection) as asked:
        forum.delete_post(post=post, actor=member)
    held = [query["sql"] for query in asked if "FOR NO KEY UPDATE" in query["sql"]]
    assert connection.vendor == "sqlite" or "accounts_user" in held[0]


def test_whoever_saves_their_profile_meanwhile_stays_suspended(member, monkeypatch):
    """A photo takes a second to draw; a row that was read before it is not to be written back."""
    browser, store_image = signed_in(member), accounts.store_image

    def draw(**given):
        User.objects.filter(pk=member.pk).update(is_active=False, session_number=7, trust=0, trust_is_set=True)
        return store_image(**given)

    monkeypatch.setattr(accounts, "store_image", draw)
    accounts.update_profile(person=User.objects.get(pk=member.pk), changes={"job_title": "Nurse"}, photo=picture())
    now = User.objects.get(pk=member.pk)
    assert (now.is_active, now.session_number, now.trust, now.trust_is_set) == (False, 7, 0, True)
    assert now.job_title == "Nurse" and now.photo_id
    assert browser.get("/me/").status_code == 302


def test_a_new_password_opens_no_account(member):
    stale = User.objects.get(pk=member.pk)
    shut(member)
    AccountAdapter().set_password(stale, "a-long-and-quiet-river")
    now = User.objects.get(pk=member.pk)
    assert now.check_password("a-long-and-quiet-river") and not now.is_active and now.session_number == 7


def test_what_a_moderator_lets_through_appears_though_the_account_is_closed_meanwhile(member, moderator):
    change = member.profile_changes.create(display_name=member.display_name, job_title="Nurse", about_source="Hello")
    shut(member)
    holding.apply_change(change=change)
    assert User.objects.get(pk=member.pk).job_title == "Nurse"


def test_an_edit_is_taken_back_though_the_moderator_who_made_it_may_no_longer_act(post, moderator):
    before = post.source
    made = moderation.edit(
        subject=post, actor=moderator, reason="Too long.", seen=moderation.Seen(), text="Changed by a moderator."
    )
    appeal = moderation.appeal(decision=made, author=post.author, text="Mine was better.")
    shut(moderator)
    moderation.hear(appeal=appeal, actor=factories.make_user("moderator"), grant=True, answer="It was.")
    assert Post.objects.get(pk=post.pk).source == before
