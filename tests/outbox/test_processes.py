"""Real processes on a real database: several workers at once, a worker that is told to stop, one that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

PRELUDE = """
import os, sys, time
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from outbox import actions, handlers
from outbox.models import Job

log = os.open(os.environ["NOTES"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)

def note(jobs):
    for job in jobs:
        os.write(log, f"{os.getpid()} {job.payload['n']}\\n".encode())
        time.sleep(job.payload.get("seconds", 0))

handlers.register("note", note, repeat_safe=True, batch=3)
handlers.register("letter", note, repeat_safe=False)
"""


TABLES = """
import django
django.setup()
from django.db import connection
from django_tasks_db.models import DBTaskResult
from outbox.models import Job

with connection.schema_editor() as editor:
    editor.create_model(Job)
    editor.create_model(DBTaskResult)
"""


@pytest.fixture
def run(tmp_path, db):
    """Starts Python on a database that other processes can open too; ends what is still running afterwards."""
    environment = {**os.environ, "NOTES": str(tmp_path / "notes"), "PYTHONPATH": str(settings.BASE_DIR)}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.outbox.bare_settings"
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
        subprocess.run([sys.executable, "-c", TABLES], cwd=settings.BASE_DIR, env=environment, check=True)
    else:
        given = connection.settings_dict
        host = f"{given['HOST'] or 'localhost'}:{given['PORT'] or 5432}"
        environment["DATABASE_URL"] = f"postgres://{given['USER']}:{given['PASSWORD']}@{host}/{given['NAME']}"
    running = []

    def start(script: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PRELUDE + script],
            cwd=settings.BASE_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def notes(tmp_path):
    def read() -> list[list[str]]:
        path: Path = tmp_path / "notes"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    return read


def ask(run, script: str) -> str:
    process = run(script)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)


STATES = "print(*Job.objects.order_by('pk').values_list('state', flat=True))"
WORKER = "print('ready', flush=True)\ncall_command('worker')"


def test_several_processes_draining_at_once_do_everything_once(run, notes):
    ask(run, "for n in range(90): actions.enqueue('note', payload={'n': n, 'seconds': 0.005})")
    drains = [run("print('ready', flush=True)\nsys.stdin.readline()\nprint(actions.drain())") for _ in range(3)]
    for process in drains:
        assert process.stdout.readline() == "ready\n"
    for process in drains:
        process.stdin.write("go\n")
        process.stdin.flush()
    done = [int(process.communicate(timeout=60)[0]) for process in drains]
    assert sum(done) == 90
    assert Counter(int(n) for _, n in notes()) == dict.fromkeys(range(90), 1)
    assert len({process for process, _ in notes()}) > 1


def test_a_worker_does_what_another_process_writes_and_stops_when_told(run, notes):
    worker = run(WORKER)
    worker.stdout.readline()
    ask(run, "actions.enqueue('note', payload={'n': 1})")
    wait_for(notes)
    ask(run, "for n in (2, 3, 4, 5): actions.enqueue('note', payload={'n': n, 'seconds': 1})")
    wait_for(lambda: len(notes()) > 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    # The batch at work was finished, the next one left for later; nothing stays claimed.
    assert [n for _, n in notes()] == ["1", "2", "3", "4"]
    assert ask(run, STATES) == "done done done done waiting"


def test_a_worker_with_nothing_to_do_stops_at_once(run):
    worker = run(WORKER)
    worker.stdout.readline()
    time.sleep(0.5)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0


@pytest.mark.parametrize(("kind", "after"), [("note", "done"), ("letter", "aside")])
def test_what_a_killed_worker_held_is_found_by_the_tick(run, notes, kind, after):
    worker = run(WORKER)
    worker.stdout.readline()
    ask(run, f"actions.enqueue('{kind}', payload={{'n': 1, 'seconds': 3600}})")
    wait_for(notes)
    worker.kill()
    worker.wait()
    assert ask(run, STATES) == "claimed"
    ask(
        run,
        "Job.objects.update(leased_until=timezone.now(), payload={'n': 2})\n"
        "actions.release_expired()\nactions.drain(['note', 'letter'])",
    )
    assert ask(run, STATES) == after
    assert [n for _, n in notes()] == (["1", "2"] if after == "done" else ["1"])


def test_two_ticks_at_once_put_each_function_on_the_list_once(run):
    script = """
from outbox import schedule
schedule._timetable.clear()
for number in range(20):
    schedule.every(100_000, f"function {number}", lambda: None)
print('ready', flush=True)
sys.stdin.readline()
call_command('tick')
"""
    ticks = [run(script) for _ in range(2)]
    for process in ticks:
        process.stdout.readline()
    for process in ticks:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in ticks:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert ask(run, "print(Job.objects.count(), Job.objects.values('subject').distinct().count())") == "20 20"
