import pytest
from icalendar import Calendar
from wagtail.models import PageViewRestriction

from events import actions
from events.models import Session
from notifications.models import Notification
from outbox.actions import drain
from outbox.models import Job
from tests import factories
from tests.events.conftest import JOIN_URL, place, session_in


def calendar_of(mail):
    (part,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "webinar.ics"
    return Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]


def parts(mail):
    return [part.get_content_type() for part in mail.message().walk()]


def publish(session, editor=None, **changes):
    page = session.page.specific
    rows = list(page.sessions.all())
    for row in rows:
        for name, value in changes.items():
            setattr(row, name, value)
    page.sessions = rows
    page.save_revision(user=editor).publish()


def lines(person):
    return list(Notification.objects.filter(person=person, channel="inbox").values_list("event__kind", flat=True))


def test_a_confirmation_carries_the_calendar_file(session, member, worked):
    actions.register(session=session, person=member)
    (mail,) = worked()
    assert mail.to == [member.email]
    assert mail.subject == f"You have a place: {session.page.title}"
    assert mail.extra_headers["X-Repeat-Safe"] == "yes"
    event = calendar_of(mail)
    assert event["LOCATION"] == JOIN_URL
    assert len(event.walk("VALARM")) == 2
    assert JOIN_URL not in mail.body
    assert lines(member) == ["webinar_place"]


def test_the_time_is_the_persons_own(db, worked):
    person = factories.make_user(time_zone="Pacific/Auckland")
    session = session_in(hours=24)
    actions.register(session=session, person=person)
    (mail,) = worked()
    assert "your time" in mail.body
    assert "in London)" in mail.body


def test_the_line_is_told_without_the_address_to_join(member, worked):
    session = session_in(capacity=1)
    place(session)
    actions.register(session=session, person=member)
    (mail,) = worked()
    assert mail.subject.startswith("You are in line")
    assert "You are 1st in line." in mail.body
    assert parts(mail) == ["multipart/alternative", "text/plain", "text/html"]
    assert JOIN_URL not in mail.message().as_string()


def test_who_moves_up_is_told(member, worked, mailoutbox):
    session = session_in(capacity=1)
    actions.register(session=session, person=member)
    lucky = factories.make_user()
    actions.register(session=session, person=lucky)
    worked()
    mailoutbox.clear()
    actions.cancel(session=session, person=member)
    (mail,) = worked()
    assert mail.to == [lucky.email]
    assert mail.subject.startswith("A place became free")
    assert calendar_of(mail)["LOCATION"] == JOIN_URL
    assert lines(lucky) == ["webinar_place"]


def test_nothing_is_sent_that_is_no_longer_so(session, member, worked):
    actions.register(session=session, person=member)
    actions.cancel(session=session, person=member)
    assert worked() == []


def test_a_cancelled_session_is_told_to_places_and_line(member, editor, worked):
    session = session_in(capacity=1)
    place(session, member)
    waiting = factories.make_user()
    place(session, waiting, state="waiting")
    place(session, state="cancelled")
    publish(session, editor, is_cancelled=True)
    mails = {mail.to[0]: mail for mail in worked()}
    assert set(mails) == {member.email, waiting.email}
    assert all(mail.subject.startswith("Cancelled:") for mail in mails.values())
    event = calendar_of(mails[member.email])
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert parts(mails[waiting.email]) == ["multipart/alternative", "text/plain", "text/html"]
    assert lines(member) == lines(waiting) == ["webinar_changed"]


def test_a_new_time_is_told_with_a_new_file(session, member, editor, worked):
    place(session, member)
    publish(session, editor, minutes=90)
    (mail,) = worked()
    assert mail.subject.startswith("Changed:")
    assert calendar_of(mail)["SEQUENCE"] == 1
    assert "90 minutes" in mail.body


def test_a_past_session_that_is_corrected_tells_nobody(member, editor, worked):
    session = session_in(hours=-24)
    place(session, member)
    publish(session, editor, minutes=50)
    assert worked() == []


def test_doing_the_work_twice_sends_once(session, member, editor, worked):
    place(session, member)
    publish(session, editor, is_cancelled=True)
    worked()
    Job.objects.filter(kind="webinar-mail-all").update(
        state="waiting", payload={"session": session.pk, "message": "cancelled", "sequence": 1}
    )
    assert len(worked()) == 1


def test_a_page_that_is_not_public_sends_its_link_and_no_words(session, member, worked):
    factories.for_members_only(session.page)
    actions.register(session=session, person=member)
    (mail,) = worked()
    assert parts(mail) == ["multipart/alternative", "text/plain", "text/html"]
    assert session.page.title not in mail.subject + mail.body
    assert JOIN_URL not in mail.body
    assert session.page.address in mail.body


def test_links_lead_to_the_sites_own_address(session, member, worked, settings):
    settings.BASE_URL = "https://forum.example.org"
    actions.register(session=session, person=member)
    (mail,) = worked()
    wanted = f"https://forum.example.org{session.page.url}"
    (calendar,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    text = calendar.get_payload(decode=True).decode().replace("\r\n ", "")
    assert wanted in mail.body and wanted in text
    assert "//localhost" not in mail.body + text


def test_a_page_that_was_closed_to_them_sends_nothing(session, member, worked):
    actions.register(session=session, person=member)
    PageViewRestriction.objects.create(page=session.page, restriction_type=PageViewRestriction.GROUPS)
    assert worked() == []


@pytest.mark.parametrize("title", ["Sleep\r\nBcc: eve@example.org", "Tom & <Jerry> “quoted”"])
def test_titles_are_text_in_mails(member, worked, title):
    session = session_in(factories.make_webinar(title=title))
    actions.register(session=session, person=member)
    (mail,) = worked()
    assert "Bcc" not in mail.message()
    assert " ".join(title.split()) in mail.subject
    assert "&amp;" not in mail.body and "&lt;" not in mail.body


def test_a_session_taken_away_meanwhile_harms_nothing(session, member, worked):
    actions.register(session=session, person=member)
    Session.objects.all().delete()
    assert worked() == []
    assert drain() >= 0
