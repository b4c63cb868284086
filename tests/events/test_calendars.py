import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar

from events.calendars import calendar, uid
from events.models import Session
from tests import factories
from tests.conftest import signed_in
from tests.events.conftest import JOIN_URL, place, session_in


def parsed(response):
    content = response.content if hasattr(response, "content") else response
    return Calendar.from_ical(content)


def event(response):
    (found,) = parsed(response).walk("VEVENT")
    return found


def test_a_session_for_everybodys_calendar(client, session):
    response = client.get(reverse("events:calendar", args=[session.pk]))
    assert response["Content-Type"].startswith("text/calendar")
    assert parsed(response)["METHOD"] == "PUBLISH" and parsed(response)["VERSION"] == "2.0"
    found = event(response)
    assert found["SUMMARY"] == session.page.title
    assert found["DTSTART"].dt == session.start
    assert found["DTEND"].dt - found["DTSTART"].dt == dt.timedelta(minutes=60)
    assert found["ORGANIZER"].startswith("mailto:")
    assert found["UID"] == uid(session) and found["SEQUENCE"] == 0 and found["DTSTAMP"]
    assert not found.walk("VALARM")
    assert JOIN_URL.encode() not in response.content


def test_the_persons_own_file(as_member, member, session):
    place(session, member)
    response = as_member.get(reverse("events:my_calendar", args=[session.pk]))
    found = event(response)
    assert found["LOCATION"] == JOIN_URL
    assert [alarm["TRIGGER"].dt for alarm in found.walk("VALARM")] == [dt.timedelta(days=-1), dt.timedelta(hours=-1)]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("state", ["waiting", "cancelled", None])
def test_nobody_else_gets_that_file(as_member, member, session, state):
    if state:
        place(session, member, state=state)
    path = reverse("events:my_calendar", args=[session.pk])
    assert as_member.get(path).status_code == 404
    assert signed_in(factories.make_user("moderator")).get(path).status_code == 404


def test_the_own_files_need_signing_in(client, session):
    for path in (reverse("events:my_calendar", args=[session.pk]), reverse("events:all_my_calendar")):
        assert client.get(path).url.startswith(reverse("account_login"))


def test_all_my_webinars_in_one_file(as_member, member):
    mine = [session_in(hours=hours) for hours in (24, 48)]
    for session in (*mine, session_in(hours=-24)):
        place(session, member)
    place(session_in(), member, state="waiting")
    response = as_member.get(reverse("events:all_my_calendar"))
    assert [found["UID"] for found in parsed(response).walk("VEVENT")] == [uid(session) for session in mine]


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland", "America/New_York"])
def test_the_zone_comes_with_its_rules(db, zone):
    session = session_in(zone=zone)
    file = parsed(calendar([session], for_registered=True))
    (rules,) = file.walk("VTIMEZONE")
    assert rules["TZID"] == zone
    assert rules.walk("STANDARD") and rules.walk("DAYLIGHT")
    (found,) = file.walk("VEVENT")
    assert found["DTSTART"].params["TZID"] == zone


@pytest.mark.parametrize(("date", "utc_hour"), [("2035-01-16", 13), ("2035-07-17", 12)], ids=["winter", "summer"])
def test_clocks_in_winter_and_summer(db, date, utc_hour):
    session = factories.make_session(date=dt.date.fromisoformat(date), start_time=dt.time(13))
    found = event(calendar([session], for_registered=False))
    assert found["DTSTART"].dt.astimezone(dt.UTC).hour == utc_hour
    assert found["DTSTART"].dt.replace(tzinfo=None).hour == 13
    assert found["DTSTART"].dt.astimezone(ZoneInfo("Europe/London")).hour == 13


def test_a_cancelled_session_says_so_and_keeps_its_uid(session):
    before = uid(session)
    Session.objects.filter(pk=session.pk).update(is_cancelled=True, sequence=3)
    session.refresh_from_db()
    found = event(calendar([session], for_registered=True))
    assert (found["STATUS"], found["SEQUENCE"], found["UID"]) == ("CANCELLED", 3, before)
    assert JOIN_URL not in found.to_ical().decode()


def test_words_cannot_break_out_of_their_line(db):
    page = factories.make_webinar(title="A; B, C\\ D", summary="One\r\nATTENDEE:mailto:eve@example.org\nEND:VEVENT")
    session = session_in(page)
    content = calendar([session], for_registered=False)
    found = event(content)
    assert found["SUMMARY"] == page.title
    assert "ATTENDEE" not in found
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(line.startswith((b"ATTENDEE", b"\n")) for line in lines)
