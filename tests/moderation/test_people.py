"""Closing accounts, opening them again, and what follows for everything that was done in their name."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Trust, User
from audit.models import Entry
from forum import actions as forum_actions
from forum.answering import answer
from forum.models import Post, Reaction, SpaceInvitation, SpaceMembership, Thread
from moderation import actions, emails
from moderation.models import Appeal, Decision
from moderation.trust import ALLOWED
from notifications.actions import announce
from notifications.kinds import NotTaken
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def only_posts():
    """Takes the place of the room's own: the registry stays as the site fills it."""


def decide(client, person: User, verb: str, **fields):
    newest = Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    form = {"note": "It happened again.", "seen_decision": newest, "seen_report": 0, **fields}
    return client.post(f"/desk/person/{person.pk}/{verb}/", form)


def suspend(member: User, actor: User, **fields) -> Decision:
    return actions.suspend(person=member, actor=actor, reason="It happened again.", seen=0, **fields)


def test_a_moderator_closes_an_account_for_a_week(as_moderator, as_member, member):
    result = decide(as_moderator, member, "suspend", length="7")
    assert result.url == f"/desk/person/{member.pk}/"
    member.refresh_from_db()
    decided = Decision.objects.get()
    assert not member.is_active and member.suspended_until == decided.until
    assert dt.timedelta(days=6) < decided.until - timezone.now() <= dt.timedelta(days=7)
    assert as_member.get("/me/").status_code == 302, "the session ended at once"
    assert Entry.objects.filter(verb="moderation.suspend", subject_id=str(member.pk)).count() == 1
    assert "closed until" in as_moderator.get(f"/desk/person/{member.pk}/").content.decode()


def test_until_further_notice_has_no_end(as_moderator, member):
    decide(as_moderator, member, "suspend", length="0")
    assert Decision.objects.get().until is None
    assert actions.lift_due() == 0


def test_the_person_reads_why_by_link_and_after_signing_in_and_may_appeal_once(member, moderator, client):
    member.set_password("correct horse battery")
    member.save()
    decided = suspend(member, moderator, until=timezone.now() + dt.timedelta(days=3))
    drain()
    (letter,) = [sent for sent in mail.outbox if sent.to == [member.email]]
    assert "It happened again." not in letter.body and "/account-closed/" in letter.body
    result = client.post("/account/login/", {"login": member.email, "password": "correct horse battery"})
    assert result.url.startswith("/account-closed/") and "_auth_user_id" not in client.session
    seen = client.get(result.url)
    page = seen.content.decode()
    assert "It happened again." in page and "999" in page
    # With "no-referrer", browsers send a form as from nowhere, and it is refused as forged.
    assert seen["Referrer-Policy"] == "same-origin"
    assert client.post(result.url, {"text": ""}).status_code == 200
    for _ in range(2):
        client.post(result.url, {"text": "It was not me."})
    assert Appeal.objects.get().decision == decided
    other = factories.make_user("moderator")
    actions.hear(appeal=Appeal.objects.get(), actor=other, grant=True, answer="You are right.")
    member.refresh_from_db()
    assert member.is_active and Decision.objects.filter(verb="lift").count() == 1
    assert client.get(result.url).status_code == 404, "the page is for closed accounts"


def test_a_forged_link_shows_nothing(client, member, moderator):
    page = emails.closed_page(suspend(member, moderator))
    assert client.get(page[:-5] + "aaaa/").status_code == 404


def test_the_account_opens_by_itself_and_the_person_is_told(member, moderator):
    suspend(member, moderator, until=timezone.now() + dt.timedelta(days=1))
    assert actions.lift_due() == 0
    User.objects.filter(pk=member.pk).update(suspended_until=timezone.now() - dt.timedelta(minutes=1))
    assert (actions.lift_due(), actions.lift_due()) == (1, 0)
    drain()
    member.refresh_from_db()
    assert member.is_active and member.suspended_until is None
    assert "Your account is open again" in signed_in(member).get("/inbox/").content.decode()


class TestNothingInTheirName:
    @pytest.fixture
    def thread(self, member):
        started = forum_actions.start_thread(
            space=factories.make_space(), author=member, kind="question", title="How?", source="Tell me."
        )
        forum_actions.post_reply(thread=started, author=factories.make_user(), source="So.")
        return started

    def test_no_write_address_takes_anything(self, as_member, member, moderator, thread):
        reply = thread.posts.get(number=2)
        suspend(member, moderator)
        for address, form in {
            f"/community/reply/{thread.pk}/": {"text": "Me again."},
            f"/community/post/{reply.pk}/react/": {"kind": "thanks"},
            "/me/profile/": {"display_name": "New"},
            f"/report/post/{reply.pk}/": {"reason": "spam"},
        }.items():
            assert as_member.post(address, form).status_code in (302, 404)
        assert thread.posts.count() == 2 and not Reaction.objects.exists()

    def test_no_reply_by_email(self, member, moderator, thread):
        event = announce(kind="reply", actor=None, subject=thread.posts.get(number=2), data={"thread": thread.pk})
        suspend(member, moderator)
        member.refresh_from_db()
        with pytest.raises(NotTaken):
            answer(event, member, "Me again.", None)

    def test_no_message_goes_out_to_them(self, member, moderator, thread):
        suspend(member, moderator)
        drain()
        mail.outbox.clear()
        forum_actions.post_reply(thread=thread, author=factories.make_user(), source="More.")
        drain()
        assert not [sent for sent in mail.outbox if member.email in sent.to]

    def test_invitations_from_them_and_to_them_are_withdrawn(self, member, moderator):
        closed = factories.make_space(visibility="invited")
        guest, joined = factories.make_user(), factories.make_user()
        forum_actions.invite(space=closed, person=guest, actor=member)
        forum_actions.invite(space=closed, person=joined, actor=member)
        forum_actions.join_space(space=closed, person=joined)
        forum_actions.invite(space=closed, person=member, actor=moderator)
        forum_actions.invite_address(space=closed, address="nobody@example.org", actor=member)
        suspend(member, moderator)
        assert set(SpaceMembership.objects.values_list("person", "state")) == {(joined.pk, "joined")}
        assert not SpaceInvitation.objects.exists()


@pytest.mark.parametrize("words", ["keep", "anonymise"])
def test_who_is_removed_keeps_or_loses_the_name_on_their_words(as_moderator, member, words):
    thread = factories.make_thread(author=member, posts=2)
    decide(as_moderator, member, "expel", suggestion="threat", words=words)
    name = member if words == "keep" else None
    assert Thread.objects.get(pk=thread.pk).author == name
    assert set(Post.objects.filter(thread=thread).values_list("author", flat=True)) == {name and name.pk}
    member.refresh_from_db()
    assert not member.is_active and member.suspended_until is None
    decide(as_moderator, member, "lift")
    assert User.objects.get(pk=member.pk).is_active


def test_a_second_moderator_who_was_slower_does_nothing(as_moderator, member):
    decide(as_moderator, member, "suspend", length="1")
    decide(as_moderator, member, "lift", seen_decision=0)
    assert not User.objects.get(pk=member.pk).is_active and Decision.objects.count() == 1


class TestWhoMayDecideAboutPeople:
    def test_not_members_nor_editors_nor_visitors_nor_forgers(self, as_member, as_editor, client, forged, moderator):
        person = factories.make_user()
        for other, status in ((as_member, 403), (as_editor, 403), (forged(moderator), 403), (client, 302)):
            assert decide(other, person, "suspend", length="7").status_code == status
        assert client.get(f"/desk/person/{person.pk}/").status_code == 404
        assert User.objects.get(pk=person.pk).is_active

    def test_moderators_not_about_their_own_kind_nor_themselves(self, as_moderator, moderator, as_administrator):
        other = factories.make_user("moderator")
        assert decide(as_moderator, other, "suspend", length="7").status_code == 403
        assert "Only an administrator" in as_moderator.get(f"/desk/person/{other.pk}/").content.decode()
        assert as_moderator.get(f"/desk/person/{moderator.pk}/").status_code == 404
        assert decide(as_moderator, moderator, "suspend", length="7").status_code == 404
        with pytest.raises(PermissionDenied):
            suspend(other, moderator)
        assert decide(as_administrator, other, "suspend", length="7").status_code == 302
        assert not User.objects.get(pk=other.pk).is_active

    def test_bad_addresses(self, as_moderator, member):
        assert decide(as_moderator, User(pk=10**9), "suspend").status_code == 404
        assert decide(as_moderator, member, "lift").status_code == 404, "the account is open"
        assert as_moderator.get(f"/desk/person/{member.pk}/suspend/").status_code == 405
        assert decide(as_moderator, member, "suspend", length="x").status_code == 200


def test_queries_of_a_persons_page_do_not_depend_on_what_was_decided(
    as_moderator, moderator, member, django_assert_max_num_queries
):
    as_moderator.get("/desk/")
    for number in range(8):
        Decision.objects.create(
            content_type_id=1, object_id=number, verb="warn", reason="So.", author=member, decided_by=moderator
        )
    with django_assert_max_num_queries(10):
        page = as_moderator.get(f"/desk/person/{member.pk}/").content.decode()
    assert page.count("<strong>Warned.</strong>") == 8


class TestTrust:
    def test_it_grows_with_posts_that_stood_and_falls_when_they_are_taken_down(self, member):
        thread = factories.make_thread(author=member, posts=3)
        assert forum_actions.follow_trust() == 0, "they have not stood long enough"
        Post.objects.update(created_at=timezone.now() - dt.timedelta(days=4))
        assert forum_actions.follow_trust() == 1
        assert User.objects.get(pk=member.pk).trust == Trust.MEMBER
        for _ in range(27):
            factories.make_post(thread, author=member, thanks=0)
        Post.objects.update(created_at=timezone.now() - dt.timedelta(days=100))
        forum_actions.follow_trust()
        assert User.objects.get(pk=member.pk).trust == Trust.MEMBER, "too few thanks"
        Post.objects.filter(number=1).update(thanks=20)
        forum_actions.follow_trust()
        assert User.objects.get(pk=member.pk).trust == Trust.TRUSTED
        Post.objects.filter(number__gt=29).update(hidden_at=timezone.now())
        forum_actions.follow_trust()
        assert User.objects.get(pk=member.pk).trust == Trust.MEMBER

    def test_a_moderator_sets_it_back_and_posts_wait_then(self, as_moderator, as_member, member):
        decide(as_moderator, member, "trust", level="0", suggestion="links")
        member.refresh_from_db()
        assert (member.trust, member.trust_is_set) == (Trust.WATCHED, True)
        thread = factories.make_thread()
        as_member.post(f"/community/reply/{thread.pk}/", {"text": "Look here.", "wish": "post"})
        assert Post.objects.get(author=member).hidden_at is not None
        assert forum_actions.follow_trust() == 0
        drain()
        assert "A moderator has changed what you may do" in as_member.get("/inbox/").content.decode()
        decide(as_moderator, member, "trust", level="", seen_decision=Decision.objects.get(verb="trust").pk)
        assert not User.objects.get(pk=member.pk).trust_is_set

    def test_one_page_says_what_each_level_may_do(self, client, as_member, as_moderator):
        page = client.get("/trust/").content.decode()
        assert page.index("From the day you join") < page.index("Only when a moderator decides so")
        assert "You are here" not in page
        for may in ALLOWED.values():
            assert f"{may.files} photos and files on one post, {may.uploads} in an hour" in page
            assert f"{may.replies} replies in ten minutes" in page
        assert page.count("can be recognised waits") == sum(may.holds_faces for may in ALLOWED.values())
        assert "You are here: New." in as_member.get("/trust/").content.decode()
        assert "You are here: Trusted." in as_moderator.get("/trust/").content.decode()

    def test_a_post_of_somebody_new_stands_under_can_wait_until_somebody_has_looked(self, as_moderator, member):
        post = forum_actions.post_reply(thread=factories.make_thread(), author=member, source="My first.")
        assert "My first." in as_moderator.get("/desk/").content.decode()
        item = as_moderator.get(f"/desk/post/{post.pk}/").context["item"]
        form = {"suggestion": "rules", "seen_decision": item.seen.decision, "seen_report": item.seen.report}
        as_moderator.post(f"/desk/post/{post.pk}/dismiss/", form)
        assert "My first." not in as_moderator.get("/desk/").content.decode()
