"""`make run`: one command, every process ends with it, and it says what is wrong."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from config.demo import resources
from config.management.commands import develop
from search.models import Rebuild
from tests import factories
from tests.config import site


@pytest.fixture
def start(prepared, tmp_path):
    """Gives `start() -> process` of a second run: the demo is there already."""
    state = tmp_path / "state"
    shutil.copytree(prepared, state, ignore=shutil.ignore_patterns("static"))
    running = []

    def start(port: int) -> subprocess.Popen[str]:
        env = {name: value for name, value in os.environ.items() if name in site.KEPT}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "develop", "--port", str(port)],
            cwd=site.ROOT, env={**env, "DEBUG": "true", "STATE_DIR": str(state)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        running.append(process)
        seen = f"http://127.0.0.1:{port}/community/"
        site.wait_for(lambda: urllib.request.urlopen(seen).status == 200)
        return process

    yield start
    for process in running:
        for pid in session(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.communicate()


def session(leader: int) -> dict[int, str]:
    """The processes of a session that still run, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid = int(folder.name)
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if os.getsid(pid) == leader and state != "Z":
                found[pid] = (folder / "cmdline").read_text().replace("\0", " ")
        except (OSError, ProcessLookupError):
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_it_tells_who_can_log_in_and_ends_with_ctrl_c(start):
    port = site.free_port()
    process = start(port)
    assert sum(word in " ".join(session(process.pid).values()) for word in ("runserver", "worker")) == 2
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert f"http://localhost:{port}" in told and "/state/mail" in told
    for who in ("practitioner", "volunteer", "moderator", "editor", "administrator"):
        assert f"  {who} " in told
    assert "Traceback" not in errors
    assert session(process.pid) == {}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_when_the_worker_dies_it_says_so_and_stops_the_site(start):
    process = start(site.free_port())
    (worker,) = [pid for pid, command in session(process.pid).items() if "manage.py worker" in command]
    os.kill(worker, signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The worker ended by itself, so everything was stopped." in errors
    assert session(process.pid) == {}


def test_a_port_that_is_taken_is_told_before_anything_is_done():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"^Port {port} is taken by another program\. .*PORT=\d+$"):
            call_command("develop", port=port)


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_number_that_is_no_port_is_told(port):
    with pytest.raises(CommandError, match="is not a port; give a number from 1 to 65535"):
        call_command("develop", port=port)


@pytest.mark.django_db
def test_a_first_start_that_is_interrupted_leaves_no_half_of_a_demo(monkeypatch, tmp_path):
    def interrupted(now):
        raise KeyboardInterrupt

    monkeypatch.setattr(resources, "load", interrupted)
    monkeypatch.setattr("config.demo.people.LOGINS_FILE", tmp_path / "logins.json")
    monkeypatch.setattr(develop.Command, "_require_free", staticmethod(lambda port: None))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        call_command("develop", port=8000)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_start_after_an_upgrade_builds_the_index_that_is_due():
    factories.make_user()
    due = Rebuild.objects.create(engine="embedded")
    develop.Command()._prepare()
    due.refresh_from_db()
    assert due.finished_at
