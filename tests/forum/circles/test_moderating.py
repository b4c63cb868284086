"""Moderators come into a reflective space only because of a report, and the circle sees it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from forum import actions, permissions
from forum.models import CircleVisit, Thread
from moderation import actions as moderation
from moderation.actions.escalating import go_on
from moderation.models import Duty, Escalation, Level, Report
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in, text_of
from tests.forum.circles.circle import WORD

pytestmark = pytest.mark.django_db


def test_moderators_do_not_read_it(circle):
    drain()
    client = signed_in(circle.moderator)
    for url in (circle.url, f"/community/post/{circle.opening.pk}/", f"/desk/post/{circle.opening.pk}/"):
        assert WORD not in client.get(url).getvalue().decode()
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
