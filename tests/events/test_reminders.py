import pytest

from events import tasks
from events.models import Session
from notifications.models import Notification, Preference
from outbox.models import Job
from tests import factories
from tests.events.conftest import JOIN_URL, place, session_in


def remind(worked):
    tasks.plan_reminders()
    return worked()


@pytest.mark.parametrize("hours", [23.9, 3, 0.9])
def test_people_with_a_place_are_reminded_once(member, worked, hours):
    session = session_in(hours=hours)
    place(session, member)
    place(session, state="waiting")
    place(session, state="cancelled")
    assert [mail.to for mail in remind(worked)] == [[member.email]]
    assert "Coming up" in worked()[0].subject
    assert JOIN_URL not in worked()[0].body
    assert len(remind(worked)) == 1


def test_the_day_before_and_the_hour_before(member, worked, monkeypatch):
    session = session_in(hours=20)
    place(session, member)
    assert len(remind(worked)) == 1
    Session.objects.filter(pk=session.pk).update(starts_at=session.starts_at)
    monkeypatch.setattr(tasks, "REMINDERS", {"hour": (tasks.REMINDERS["hour"][0], 24 * tasks.HOUR)})
    assert len(remind(worked)) == 2


@pytest.mark.parametrize("hours", [30, 1.5, -0.1])
def test_not_too_early_nor_between_nor_late(member, worked, hours):
    place(session_in(hours=hours), member)
    assert remind(worked) == []


def test_nobody_is_reminded_of_what_does_not_take_place(member, worked):
    place(session_in(is_cancelled=True), member)
    hidden = session_in()
    place(hidden, member)
    hidden.page.unpublish()
    assert remind(worked) == []


def test_what_is_cancelled_between_planning_and_telling(member, worked):
    session = session_in(hours=20)
    place(session, member)
    tasks.plan_reminders()
    Session.objects.update(is_cancelled=True)
    assert worked() == []


def test_a_session_that_moved_is_reminded_of_anew(member, worked):
    session = session_in(hours=20)
    place(session, member)
    assert len(remind(worked)) == 1
    session.minutes, session.start_time = 60, session.start_time.replace(second=(session.start_time.second + 1) % 60)
    session.save()
    assert len(remind(worked)) == 2
    assert Job.objects.filter(kind=tasks.KIND).count() == 2


def test_reminders_can_be_turned_off(member, worked):
    place(session_in(hours=20), member)
    Preference.objects.create(person=member, kind="webinar_reminder", channel="email", wanted=False)
    assert remind(worked) == []
    assert Notification.objects.filter(person=member, channel="inbox").count() == 1


def test_an_old_reminder_is_taken_out_of_the_inbox(as_member, member, worked):
    session = session_in(hours=20)
    place(session, member)
    remind(worked)
    assert "Coming up" in as_member.get("/inbox/").text
    Session.objects.update(date="2001-01-01")
    assert "Coming up" not in as_member.get("/inbox/").text


def test_the_daily_round(member, worked):
    session = session_in(capacity=1)
    left = factories.make_user()
    place(session, left)
    place(session, member, state="waiting")
    left.delete()
    tasks.keep_order()
    assert Session.objects.get().confirmed_count == 1
    assert [mail.to for mail in worked()] == [[member.email]]
