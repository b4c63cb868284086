import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events import zones
from events.models import Session, WebinarPage
from tests import factories
from tests.events.conftest import place, session_in

UTC = dt.UTC


def at(date, time, zone="Europe/London", **fields):
    return Session(
        page=WebinarPage(pk=1), date=dt.date.fromisoformat(date), start_time=dt.time.fromisoformat(time),
        time_zone=zone, **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("date", "time", "zone", "expected"),
    [
        ("2026-01-20", "13:00", "Europe/London", dt.datetime(2026, 1, 20, 13, tzinfo=UTC)),
        ("2026-07-20", "13:00", "Europe/London", dt.datetime(2026, 7, 20, 12, tzinfo=UTC)),
        ("2026-07-20", "09:00", "Pacific/Auckland", dt.datetime(2026, 7, 19, 21, tzinfo=UTC)),
        # 1:30 comes twice that night: the first of the two, still in summer time.
        ("2026-10-25", "01:30", "Europe/London", dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # 1:30 never comes that night: as much later as the clocks jump.
        ("2026-03-29", "01:30", "Europe/London", dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_wall_time_is_one_moment(date, time, zone, expected):
    assert at(date, time, zone).start.astimezone(UTC) == expected


def test_an_hour_over_the_change_of_clocks_is_an_hour():
    session = at("2026-10-25", "01:30", minutes=60)
    assert session.end.astimezone(UTC) - session.start.astimezone(UTC) == dt.timedelta(hours=1)


@pytest.mark.django_db
def test_a_form_refuses_a_time_that_never_comes():
    with pytest.raises(ValidationError) as refused:
        at("2026-03-29", "01:30").clean()
    assert "clocks go forward" in str(refused.value.message_dict["start_time"])


@pytest.mark.django_db
def test_a_form_takes_a_time_that_comes_twice():
    at("2026-10-25", "01:30").clean()


@pytest.mark.parametrize("name", ["Europe/Londn", "", "London", "../../etc/passwd", "Etc/GMT+5"])
def test_only_real_zones(name):
    with pytest.raises(ValidationError):
        zones.validate(name)


def test_the_choices_begin_with_london_and_know_auckland():
    first, *groups, last = zones.choices()
    assert (first[0], last[0]) == ("Europe/London", "UTC")
    assert ("Pacific/Auckland", "Auckland") in dict(groups)["Pacific"]


def test_what_is_saved_is_utc(db):
    session = session_in(hours=48, zone="America/New_York", minutes=90)
    session.refresh_from_db()
    assert session.starts_at == session.start
    assert session.ends_at - session.starts_at == dt.timedelta(minutes=90)
    assert session.start.tzinfo == ZoneInfo("America/New_York")


def test_saving_never_changes_who_has_a_place(session):
    place(session)
    stale = Session.objects.get(pk=session.pk)
    place(session)
    stale.confirmed_count = 0
    stale.save()
    session.refresh_from_db()
    assert session.confirmed_count == 2


def test_capacity_never_falls_beneath_the_places_taken(session):
    place(session)
    place(session)
    session.capacity = 1
    with pytest.raises(ValidationError) as refused:
        session.clean()
    assert "2 people have a place" in str(refused.value.message_dict["capacity"])
    session.save()
    session.refresh_from_db()
    assert session.capacity == 2


def test_the_database_refuses_one_person_too_many(session):
    Session.objects.filter(pk=session.pk).update(capacity=1, confirmed_count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(confirmed_count=2)


def test_publishing_a_revision_keeps_places_and_moment(db):
    page = factories.make_webinar()
    session = session_in(page)
    page = WebinarPage.objects.get(pk=page.pk)
    revision = page.save_revision()
    place(session)
    revision.publish()
    after = Session.objects.get()
    assert (after.pk, after.confirmed_count, after.starts_at) == (session.pk, 1, session.starts_at)


def test_publishing_a_draft_twice_keeps_the_session_that_people_registered_for(db):
    page = factories.make_webinar()
    draft = Session(date=dt.date(2030, 3, 5), start_time=dt.time(13))
    page.sessions = [draft]
    revision = page.save_revision()
    revision.publish()
    session = Session.objects.get()
    place(session)
    revision.publish()
    assert Session.objects.get() == session
    assert session.registrations.count() == 1


def test_a_copy_of_a_page_has_nobody_registered(session):
    place(session)
    copy = session.page.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert copy.sessions.get().confirmed_count == 0
    assert Session.objects.get(pk=session.pk).confirmed_count == 1
