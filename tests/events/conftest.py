import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.models import Registration, Session
from outbox.actions import drain
from tests import factories

JOIN_URL = "https://meet.example.org/secret-room"


def session_in(page=None, *, hours=24.0, zone="Europe/London", **fields) -> Session:
    """A session that starts so many hours from now (negative: before), in its own zone."""
    start = (timezone.now() + dt.timedelta(hours=hours)).astimezone(ZoneInfo(zone)).replace(microsecond=0)
    fields.setdefault("join_url", JOIN_URL)
    return factories.make_session(page, date=start.date(), start_time=start.time(), time_zone=zone, **fields)


def place(session: Session, person=None, state="confirmed", **fields) -> Registration:
    """A row straight in the table, with its count."""
    person = person or factories.make_user()
    registration = Registration.objects.create(session=session, person=person, state=state, **fields)
    if state == "confirmed":
        session.confirmed_count += 1
        Session.objects.filter(pk=session.pk).update(confirmed_count=session.confirmed_count)
    return registration


@pytest.fixture
def session(db):
    return session_in()


@pytest.fixture
def worked(db, mailoutbox):
    """Has the worker do what waits; gives the mail that was sent by then."""

    def work():
        drain(["webinar-mail-all", "webinar-mail", "webinar-reminder", "notify", "notify-mail"])
        return mailoutbox

    return work
