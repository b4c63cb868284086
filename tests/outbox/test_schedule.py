import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import timetable
from outbox import schedule
from outbox.actions import drain
from outbox.models import Job
from outbox.tasks import drain_outbox
from web.models import Allowance, UsedToken

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def calls(monkeypatch):
    monkeypatch.setattr(schedule, "_timetable", {})
    found = []
    schedule.every(60, "hourly", lambda: found.append("hourly"))
    return found


def at(monkeypatch, seconds):
    monkeypatch.setattr("outbox.schedule.time.time", lambda: seconds)


def test_a_function_is_called_once_in_each_window(calls, monkeypatch):
    for seconds, number in ((0, 1), (3599, 1), (3600, 2), (7200, 3)):
        at(monkeypatch, seconds)
        call_command("tick")
        drain()
        assert len(calls) == number


def test_windows_do_not_pile_up_while_no_worker_runs(calls, monkeypatch):
    for seconds in (0, 3600, 7200):
        at(monkeypatch, seconds)
        call_command("tick")
    assert Job.objects.filter(kind="scheduled").count() == 1


def test_a_failing_function_is_tried_again_and_named(calls):
    schedule.every(60, "broken", lambda: 1 / 0)
    call_command("tick")
    drain()
    job = Job.objects.get(subject="broken")
    assert (job.state, job.attempts) == ("waiting", 1)
    assert job.last_error.startswith("builtins.ZeroDivisionError at ")
    assert "outbox/schedule.py:" in job.last_error
    assert calls == ["hourly"]


def test_a_function_that_is_no_longer_known_is_set_aside(calls):
    call_command("tick")
    schedule._timetable.clear()
    drain()
    assert Job.objects.get().state == "aside"


def test_a_tick_asks_for_a_draining_only_when_something_is_due(monkeypatch):
    monkeypatch.setattr(schedule, "_timetable", {})
    call_command("tick")
    assert not DBTaskResult.objects.exists()
    Job.objects.create(kind="x", due_at=timezone.now())
    call_command("tick")
    call_command("tick")
    assert DBTaskResult.objects.get().task_path == drain_outbox.module_path


def test_old_work_and_the_workers_own_notes_are_forgotten(monkeypatch):
    monkeypatch.setattr(schedule, "_timetable", {})
    now = timezone.now()
    for kind, state, days in (("x", "done", 31), ("x", "done", 29), ("x", "aside", 99), ("scheduled", "done", 2)):
        Job.objects.create(kind=kind, state=state, due_at=now, finished_at=now - dt.timedelta(days=days))
    for status, hours in (("SUCCESSFUL", 2), ("FAILED", 2), ("SUCCESSFUL", 0), ("RUNNING", 25), ("RUNNING", 1)):
        moment = now - dt.timedelta(hours=hours)
        DBTaskResult.objects.create(
            status=status, task_path="x", args_kwargs={}, backend_name="default", run_after=now, started_at=moment,
            finished_at=None if status == "RUNNING" else moment, exception_class_path="", traceback="",
        )  # fmt: skip
    call_command("tick")
    assert set(Job.objects.values_list("kind", "state")) == {("x", "done"), ("x", "aside")}
    assert Job.objects.count() == 2
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["RUNNING", "SUCCESSFUL"]


def test_limits_and_tokens_that_are_over_are_forgotten_by_the_timetable(monkeypatch):
    monkeypatch.setattr(schedule, "_timetable", {})
    timetable.register()
    now = timezone.now()
    for days in (-1, 1):
        Allowance.objects.create(key=f"k{days}", window=1, expires_at=now + dt.timedelta(days=days))
        UsedToken.objects.create(digest=f"t{days}", expires_at=now + dt.timedelta(days=days))
    call_command("tick")
    drain()
    assert set(Job.objects.values_list("state", "last_error")) == {("done", "")}
    assert Allowance.objects.get().key == "k1"
    assert UsedToken.objects.get().digest == "t1"


def test_the_task_drains(calls):
    call_command("tick")
    assert drain_outbox.func() == 1
