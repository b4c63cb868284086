"""Reflective spaces: who comes in and on what ground, that people agree first, and that posts expire for good."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.actions import delete_account
from accounts.privacy import everything_about
from audit.models import Entry
from forum import actions, permissions
from forum.circles import MOST_PEOPLE
from forum.models import Attachment, CircleHold, CircleVisit, Nameless, Post, Space, SpaceMembership, Thread
from forum.wagtail_hooks import SpaceViewSet
from moderation import actions as moderation
from moderation.actions.escalating import go_on
from moderation.models import Duty, Escalation, Level, Report
from outbox.actions import drain
from search.documents import PUBLIC
from search.permissions import readable_containers
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WORD = "marmalade"
State = SpaceMembership.State


class Circle:
    def __init__(self) -> None:
        self.space = factories.make_space(name="Quiet room", slug="quiet", visibility="invited", is_reflective=True)
        self.keeper = factories.make_user(display_name="Kay Keeper")
        self.member = factories.make_user(display_name="Mo Member", job_title="Falconer")
        self.moderator = factories.make_user("moderator")
        factories.join(self.space, self.keeper, is_keeper=True)
        factories.join(self.space, self.member)
        self.thread = actions.start_thread(
            space=self.space, author=self.member, kind="question", title="Xylophone", source=f"All {WORD}."
        )
        self.opening = self.thread.posts.get(number=1)
        self.url = self.thread.get_absolute_url()

    def report(self) -> Report:
        return moderation.report(subject=self.opening, reporter=self.keeper, reason=Report.Reason.ABUSE)

    def grow_old(self, *posts: Post) -> None:
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(
            created_at=timezone.now() - dt.timedelta(days=91)
        )


@pytest.fixture
def circle() -> Circle:
    return Circle()


def text_of(client: Client, url: str) -> str:
    page = client.get(url)
    return page.getvalue().decode() if page.status_code == 200 else ""


def test_it_is_closed_by_the_database(db):
    for visibility in Space.OPEN:
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.make_space(visibility=visibility, is_reflective=True)


def test_people_agree_to_where_confidentiality_ends_before_they_come_in(circle):
    person = factories.make_user()
    actions.invite(space=circle.space, person=person, actor=circle.keeper)
    client = signed_in(person)
    page = text_of(client, "/community/quiet/")
    assert "Where confidentiality ends" in page
    assert "may be at risk of harm" in page
    client.post("/community/quiet/join/")
    assert client.get(circle.url).status_code == 404
    client.post("/community/quiet/join/", {"agreed": "yes"})
    assert WORD in text_of(client, circle.url)
    assert Entry.objects.filter(verb="space.boundaries_agreed", actor_id=person.pk).exists()
    Space.objects.update(boundaries="Our own words.")
    assert "Our own words." in text_of(client, "/community/quiet/")


def test_who_asks_and_is_let_in_agrees_first_too(circle):
    Space.objects.update(visibility="ask")
    person = factories.make_user()
    asked = actions.ask_to_join(space=circle.space, person=person)
    actions.let_in(membership=asked, actor=circle.keeper)
    asked.refresh_from_db()
    assert asked.state == State.INVITED
    assert signed_in(person).get(circle.url).status_code == 404


def test_there_are_twelve_places(circle):
    for _ in range(MOST_PEOPLE - 3):
        factories.join(circle.space, factories.make_user())
    last = factories.make_user()
    actions.invite(space=circle.space, person=last, actor=circle.keeper)
    more = factories.make_user()
    with pytest.raises(actions.CircleFullError):
        actions.invite(space=circle.space, person=more, actor=circle.keeper)
    said = signed_in(circle.keeper).post("/community/quiet/people/invite/", {"handle": more.handle})
    assert "All twelve places" in said.content.decode()
    actions.join_space(space=circle.space, person=last)
    SpaceMembership.objects.create(space=circle.space, person=more, state=State.INVITED)
    with pytest.raises(actions.CircleFullError):
        actions.join_space(space=circle.space, person=more)


def test_moderators_invite_the_first_who_then_keeps_it(db):
    space = factories.make_space(slug="new-circle", visibility="invited", is_reflective=True)
    moderator, first, second = factories.make_user("moderator"), factories.make_user(), factories.make_user()
    client = signed_in(moderator)
    page = text_of(client, "/community/new-circle/")
    assert "/community/new-circle/people/" in page and "not open for new people" not in page
    client.post("/community/new-circle/people/invite/", {"handle": first.handle})
    signed_in(first).post("/community/new-circle/join/", {"agreed": "yes"})
    assert SpaceMembership.objects.get(space=space, person=first).is_keeper
    assert client.get("/community/new-circle/people/").status_code == 403
    assert client.post("/community/new-circle/people/invite/", {"handle": second.handle}).status_code == 403
    assert not SpaceMembership.objects.visible_to(moderator).filter(space=space).exists()
    assert permissions.can_name_keepers(first, Space.objects.get(pk=space.pk))


def test_job_titles_are_not_shown_beside_thanks_and_votes(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Yes.")
    actions.set_reaction(post=reply, person=circle.member, kind="thanks", wanted=True)
    fields = {"question": "Tea?", "options": ["Yes", "No"], "is_several": False, "is_anonymous": False}
    poll = actions.save_poll(post=circle.opening, **fields)
    actions.vote(poll=poll, person=circle.member, options=[poll.options.first().pk])
    for url in (f"/community/post/{reply.pk}/reactions/", f"/community/poll/{poll.pk}/voters/"):
        text = text_of(signed_in(circle.member), url)
        assert "Mo Member" in text and "Falconer" not in text


def test_job_titles_are_not_shown(circle):
    for url in (circle.url, "/community/quiet/people/"):
        page = text_of(signed_in(circle.keeper), url)
        assert "Mo Member" in page
        assert "Falconer" not in page


def test_moderators_do_not_read_it(circle):
    drain()
    client = signed_in(circle.moderator)
    for url in (circle.url, f"/community/post/{circle.opening.pk}/", f"/desk/post/{circle.opening.pk}/"):
        assert WORD not in text_of(client, url)
    assert "Xylophone" not in text_of(client, "/community/quiet/") + text_of(client, "/community/new/")
    assert not permissions.is_keeper(circle.moderator, circle.space)
    assert client.get("/community/quiet/people/").status_code == 403


def test_a_moderator_comes_in_only_because_of_a_report_and_the_circle_sees_it(circle):
    client, url = signed_in(circle.moderator), "/community/quiet/enter/"
    assert "No report of anything" in text_of(client, url)
    assert client.post(url, {"report": "1", "reason": "Curious."}).status_code == 200
    assert not CircleVisit.objects.exists()
    report = circle.report()
    drain()
    desk = text_of(client, f"/desk/post/{circle.opening.pk}/")
    assert url in desk
    assert WORD not in desk
    assert url in text_of(client, "/desk/")
    mail.outbox.clear()
    client.post(url, {"report": report.pk, "reason": "To see whether it is unkind."})
    assert WORD in text_of(client, circle.url)
    assert WORD in text_of(client, f"/desk/post/{circle.opening.pk}/")
    assert not permissions.can_reply(circle.moderator, Thread.objects.get_visible(circle.thread.pk, circle.moderator))
    assert "Xylophone" not in text_of(client, "/search/?q=xylophone")
    drain()
    assert {person for message in mail.outbox for person in message.to} >= {circle.keeper.email, circle.member.email}
    letters = "".join(str(message.message()) for message in mail.outbox)
    assert not [word for word in ("Quiet room", WORD, "Xylophone", "unkind") if word in letters]
    page = text_of(signed_in(circle.member), "/community/quiet/")
    assert report.reference in page
    assert "To see whether it is unkind." in page
    assert Entry.objects.get(verb="space.entered").detail["report"] == report.reference
    CircleVisit.objects.update(ends_at=timezone.now())
    assert client.get(circle.url).status_code == 404


def test_a_moderator_who_came_in_leaves_no_name_beneath_a_post(circle):
    client, url = signed_in(circle.moderator), f"/community/post/{circle.opening.pk}/react/"
    actions.enter_circle(space=circle.space, actor=circle.moderator, report=circle.report(), reason="To read it.")
    assert f'formaction="{url}"' not in text_of(client, circle.url)
    assert client.post(url, {"thanks": "yes"}).status_code == 403
    assert f'formaction="{url}"' in text_of(signed_in(circle.keeper), circle.url)
    assert signed_in(circle.keeper).post(url, {"thanks": "yes"}).status_code == 302
    assert list(circle.opening.reactions.values_list("person", flat=True)) == [circle.keeper.pk]


def test_a_lead_who_moderates_reads_what_may_concern_a_child_and_no_more_of_the_circle(circle):
    Duty.objects.create(person=circle.moderator, level=Level.LEAD)
    report = moderation.report(subject=circle.opening, reporter=circle.keeper, reason=Report.Reason.HARM)
    client, url = signed_in(circle.moderator), f"/desk/post/{circle.opening.pk}/"
    page = text_of(client, url)
    assert "no longer there" not in page
    assert "Something in a reflective space" in page
    assert go_on(report.pk, Level.LEAD)
    concern = Escalation.objects.get().get_absolute_url()
    assert WORD in text_of(client, concern)
    assert client.get(circle.url).status_code == 404
    form = {"seen_decision": "0", "seen_report": str(report.pk), "suggestion": "harm"}
    assert client.post(f"{concern}hide/", form).status_code == 302
    circle.opening.refresh_from_db()
    assert circle.opening.hidden_at is not None


@pytest.mark.parametrize("page", ["enter", "hold"])
def test_who_may_not_gets_neither_page(circle, page):
    url = f"/community/quiet/{page}/"
    assert Client().get(url).status_code == 302
    assert signed_in(factories.make_user()).get(url).status_code == 404
    assert signed_in(circle.member).post(url).status_code == 403
    other = factories.make_space(slug="plain")
    assert signed_in(circle.moderator).get(f"/community/{other.slug}/{page}/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(circle.moderator)
    assert strict.post(url).status_code == 403


def test_nothing_leads_out_of_it_or_into_it(circle):
    other = factories.make_space(visibility="members")
    factories.join(other, circle.keeper, is_keeper=True)
    assert not permissions.can_rearrange(circle.keeper, Thread.objects.get_visible(circle.thread.pk, circle.keeper))
    assert list(permissions.spaces_kept_by(circle.keeper)) == [other]
    assert readable_containers(circle.member) == {PUBLIC, "people", other.container}
    assert "Quiet" not in text_of(signed_in(circle.member), "/search/complete/?q=Quiet")


def test_browsers_keep_nothing_of_what_it_talks_about(circle):
    reader = signed_in(circle.member)
    assert circle.url == f"/community/thread/{circle.thread.pk}/conversation/"
    page = text_of(reader, circle.url)
    assert "Xylophone" in page and "Xylophone" not in page[: page.index("</title>")]
    Thread.objects.update(slug="xylophone")
    assert actions.expire_posts() == 0
    assert reader.get(circle.url.replace("conversation", "xylophone")).url == circle.url
    actions.edit_opening(
        post=circle.opening, editor=circle.member, kind="question", title="Xylophones", source=f"All {WORD}."
    )
    assert Thread.objects.get().slug == "conversation"


def test_posts_expire_for_good_and_leave_a_trace(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source=f"First {WORD}.")
    actions.edit_post(post=reply, editor=circle.keeper, source=f"Then {WORD}.")
    late = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Still fresh.")
    actions.set_reaction(post=reply, person=circle.member, kind="thanks", wanted=True)
    circle.grow_old(circle.opening, reply)
    assert actions.expire_posts() == 2
    assert actions.expire_posts() == 0
    for post in (circle.opening, reply):
        post.refresh_from_db()
        assert (post.source, post.html, post.revisions.count(), post.reactions.count()) == ("", "", 0, 0)
    thread = Thread.objects.get(pk=circle.thread.pk)
    assert "Xylophone" not in thread.title + thread.slug
    assert (thread.reply_count, Post.objects.get(pk=late.pk).source) == (1, "Still fresh.")
    page = text_of(signed_in(circle.member), thread.get_absolute_url())
    assert page.count("A post that has expired.") == 2
    assert WORD not in page


def test_only_in_reflective_spaces_and_not_who_wrote_without_a_name(circle):
    Space.objects.update(allows_nameless=True)
    circle.space.refresh_from_db()
    nameless = actions.post_reply(thread=circle.thread, author=circle.member, source="Quiet.", is_nameless=True)
    plain = factories.make_thread().posts.get()
    circle.grow_old(plain, nameless)
    assert actions.expire_posts() == 1
    plain.refresh_from_db()
    assert plain.source
    assert not Nameless.objects.exists()


def test_a_report_keeps_what_it_is_about(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Other.")
    report = circle.report()
    circle.grow_old(circle.opening, reply)
    assert actions.expire_posts() == 1
    circle.opening.refresh_from_db()
    assert circle.opening.source
    Report.objects.filter(pk=report.pk).update(state=Report.State.DISMISSED)
    assert actions.expire_posts() == 1


def test_a_legal_request_keeps_everything_and_says_so(circle):
    client, url = signed_in(circle.moderator), "/community/quiet/hold/"
    assert "Give the circle a reason." in client.post(url, {"reason": ""}).content.decode()
    client.post(url, {"reason": "A court has asked for it."})
    circle.grow_old(circle.opening)
    assert actions.expire_posts() == 0
    assert "A court has asked for it." in text_of(signed_in(circle.member), "/community/quiet/")
    actions.hold_circle(space=circle.space, actor=circle.moderator, reason="Twice.")
    assert CircleHold.objects.count() == 1
    client.post(url, {"wish": "release"})
    assert actions.expire_posts() == 1
    assert list(Entry.objects.filter(verb__in=["space.held", "space.released"]).values_list("verb", flat=True)) == [
        "space.released",
        "space.held",
    ]


def test_what_it_is_cannot_be_changed_in_the_cms(circle, administrator):
    form = SpaceViewSet().get_form_class(for_update=True)
    fields = {
        "name": "Quiet room", "slug": "quiet", "purpose": "To talk.", "visibility": "invited", "position": 0,
        "expires_after_days": 90, "who_starts": "members", "who_replies": "members",
    }  # fmt: skip
    changed = form(fields, instance=Space.objects.get(slug="quiet"), for_user=administrator)
    assert "is_reflective" in changed.errors
    fresh = {**fields, "name": "Open", "slug": "open", "visibility": "members", "is_reflective": "on"}
    assert "visibility" in form(fresh, instance=Space(), for_user=administrator).errors
    assert Space.objects.get(slug="quiet").threads_listed == ""
    for name, value in {"expires_after_days": 700, "boundaries": "None."}.items():
        agreed = form({**fields, "is_reflective": "on", name: value}, instance=circle.space, for_user=administrator)
        assert list(agreed.errors) == [name]


@pytest.mark.parametrize(("before", "after"), [("invited", "ask"), ("ask", "members"), ("members", "public")])
def test_an_editor_does_not_open_what_was_written_for_fewer(before, after, editor, moderator):
    space = factories.make_space(visibility=before)
    fields = {"name": space.name, "slug": space.slug, "purpose": "To talk.", "position": 0, "expires_after_days": 90}
    fields |= {"who_starts": "members", "who_replies": "members"}
    form = SpaceViewSet().get_form_class(for_update=True)

    def errors(wanted, person):
        return list(form({**fields, "visibility": wanted}, instance=Space.objects.get(), for_user=person).errors)

    assert errors(after, editor) == []
    factories.make_thread(space)
    assert errors(after, editor) == ["visibility"]
    assert errors(before, editor) == errors(after, moderator) == []


def test_ones_own_copy_holds_ones_own_words_and_no_others(circle):
    """Nor what a thread is called by now, in a space that one has left."""
    actions.post_reply(thread=circle.thread, author=circle.keeper, source="My own.")
    poll = actions.save_poll(post=circle.opening, question="Whose quiche?", options=["Yes", "No"])
    actions.vote(poll=poll, person=circle.keeper, options=[poll.options.first().pk])
    left, other = factories.make_space(visibility="ask"), factories.make_user()
    for person in (circle.keeper, other):
        factories.join(left, person)
    thread = actions.start_thread(space=left, author=other, kind="question", title="Yurt", source="So.")
    actions.post_reply(thread=thread, author=circle.keeper, source="Mine too.")
    assert "Yurt" in json.dumps(everything_about(circle.keeper), default=str)
    actions.leave_space(space=left, person=circle.keeper)
    held = json.dumps(everything_about(circle.keeper), default=str)
    assert "My own." in held
    assert "Mine too." in held
    assert not [word for word in ("Xylophone", "Whose quiche", "Yurt", WORD) if word in held]


def test_allegations_and_reports_about_oneself_open_no_circle(circle):
    person = factories.make_user("moderator")
    mine = factories.join(circle.space, person)
    post = actions.post_reply(thread=circle.thread, author=person, source="Unkind.")
    mine.delete()
    own = moderation.report(subject=post, reporter=circle.keeper, reason=Report.Reason.ABUSE)
    staff = moderation.report(subject=circle.opening, reporter=circle.keeper, reason=Report.Reason.STAFF)
    client, url = signed_in(person), "/community/quiet/enter/"
    page = text_of(client, url)
    assert not [word for word in (own.reference, staff.reference) if word in page]
    for report in (own, staff):
        client.post(url, {"report": report.pk, "reason": "To see it."})
    assert not CircleVisit.objects.exists()
    assert own.reference in text_of(signed_in(circle.moderator), url)


def test_a_reported_file_opens_it_too(circle, photo_in):
    attachment = photo_in(circle)
    report = moderation.report(subject=attachment, reporter=circle.keeper, reason=Report.Reason.ABUSE)
    client, url = signed_in(circle.moderator), "/community/quiet/enter/"
    assert url in text_of(client, f"/desk/attachment/{attachment.pk}/")
    client.post(url, {"report": report.pk, "reason": "To see it."})
    assert CircleVisit.objects.exists()


@pytest.fixture
def photo_in():
    def attach(circle: Circle) -> Attachment:
        upload = SimpleUploadedFile("plan.txt", b"A plan.", "text/plain")
        file = actions.add_upload(person=circle.member, token=uuid4(), upload=upload)
        actions.post_reply(thread=circle.thread, author=circle.member, source="See.", attachments=[file])
        Attachment.objects.update(waits_for="")
        return Attachment.objects.get(pk=file.pk)

    return attach


@pytest.mark.parametrize("verb", ["restore", "dismiss", "hide", "remove"])
def test_nobody_decides_about_their_own_words_after_leaving(circle, verb):
    person = factories.make_user("moderator")
    mine = factories.join(circle.space, person)
    post = actions.post_reply(thread=circle.thread, author=person, source="Unkind.")
    report = moderation.report(subject=post, reporter=circle.keeper, reason=Report.Reason.IDENTIFIES)
    mine.delete()
    seen = {"seen_decision": report.decisions.get().pk, "seen_report": report.pk}
    answer = signed_in(person).post(f"/desk/post/{post.pk}/{verb}/", {"note": "Nothing.", **seen})
    assert answer.status_code == 403
    with pytest.raises(PermissionDenied):
        moderation.dismiss(subject=post, actor=person, reason="Nothing.", seen=moderation.Seen(*seen.values()))
    report.refresh_from_db()
    assert report.state == Report.State.OPEN


def test_moderators_decide_about_nothing_in_it_before_they_came_in(circle):
    report = circle.report()
    url, seen = f"/desk/post/{circle.opening.pk}/dismiss/", {"seen_decision": 0, "seen_report": report.pk}
    client = signed_in(circle.moderator)
    assert client.post(url, {"note": "Unread.", **seen}).status_code == 403
    actions.enter_circle(space=circle.space, actor=circle.moderator, report=report, reason="To see it.")
    assert client.post(url, {"note": "Read.", **seen}).status_code == 302


@pytest.mark.parametrize("how", ["leaves", "stops", "is suspended", "goes"])
def test_somebody_in_it_keeps_it_and_no_moderator_can(circle, how, moderator):
    mine = SpaceMembership.objects.get(person=circle.keeper)
    if how == "leaves":
        actions.leave_space(space=circle.space, person=circle.keeper)
    elif how == "stops":
        actions.set_keeper(membership=mine, actor=circle.keeper, wanted=False)
    elif how == "is suspended":
        moderation.suspend(person=circle.keeper, actor=moderator, reason="Unkind.", seen=0)
    else:
        delete_account(person=circle.keeper)
    assert SpaceMembership.objects.get(person=circle.member).is_keeper
    client = signed_in(moderator)
    client.post("/community/quiet/people/invite/", {"handle": moderator.handle})
    assert client.get("/community/quiet/people/").status_code == 403
    assert not SpaceMembership.objects.filter(person=moderator).exists()


def test_an_empty_circle_in_which_words_are_left_is_not_opened_anew(circle, moderator):
    for person in (circle.keeper, circle.member):
        actions.leave_space(space=circle.space, person=person)
    assert signed_in(moderator).get("/community/quiet/people/").status_code == 403
    circle.grow_old(circle.opening)
    actions.expire_posts()
    assert signed_in(moderator).get("/community/quiet/people/").status_code == 200


def test_job_titles_are_not_shown_beside_thanks_and_votes_either(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Yes.")
    actions.set_reaction(post=reply, person=circle.member, kind="thanks", wanted=True)
    poll = actions.save_poll(post=circle.opening, question="Tea?", options=["Yes", "No"])
    actions.vote(poll=poll, person=circle.member, options=[poll.options.first().pk])
    actions.close_poll(poll=poll, actor=circle.member)
    for url in (f"/community/post/{reply.pk}/reactions/", f"/community/poll/{poll.pk}/voters/"):
        page = text_of(signed_in(circle.keeper), url)
        assert "Mo Member" in page
        assert "Falconer" not in page


def test_a_second_look_comes_in_by_the_same_door(circle):
    """Another moderator reads what was hidden there no sooner than the first one did."""
    report = circle.report()
    actions.enter_circle(space=circle.space, actor=circle.moderator, report=report, reason="To see it.")
    decided = moderation.hide(
        subject=circle.opening, actor=circle.moderator, reason="Unkind.", seen=moderation.Seen(report=report.pk)
    )
    appeal = moderation.appeal(decision=decided, author=circle.member, text="It was a quotation.")
    second = factories.make_user("moderator")
    client, enter, url = signed_in(second), "/community/quiet/enter/", appeal.get_absolute_url()
    page = text_of(client, url)
    assert "It was a quotation." in page
    assert enter in page
    assert WORD not in page
    client.post(url, {"answer": "Unread.", "verdict": "show"})
    appeal.refresh_from_db()
    assert appeal.state == "open"
    client.post(enter, {"report": report.pk, "reason": "For a second look."})
    assert WORD in text_of(client, url)
    client.post(url, {"answer": "Read.", "verdict": "show"})
    appeal.refresh_from_db()
    assert appeal.state == "granted"
    assert report.reference not in text_of(signed_in(factories.make_user("moderator")), enter)
