"""The processes of compose.yaml, started by hand: gunicorn, worker and timer on PostgreSQL, with Elasticsearch."""

import json
import os
import re
import select
import signal
import socket
import threading
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.config import site
from tests.databases import postgres_template

# These processes have a database of their own, so one run is enough; not marked `postgres`, which would be a second.
DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
ELASTICSEARCH_URL = os.environ.get("TEST_ELASTICSEARCH_URL", "")
MEGABYTE = 1024 * 1024
# The goal of 150 MB for a process of the site is measured in `bench/`, where it stands at its edge, and one machine's
# libraries take some megabytes more than another's: this is to find what costs a jump. The worker imports everything
# too, and holds a batch of documents besides.
LIMITS = {"web": 160 * MEGABYTE, "worker": 200 * MEGABYTE}


class Relay:
    """Passes connections on to Elasticsearch; closed, the engine is down."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname, parts.port or 9200)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.is_open = True
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=[client], daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client:
            if not self.is_open:
                return
            with socket.create_connection(self.target) as server:
                while self.is_open:
                    ready, _, _ = select.select([client, server], [], [], 0.2)
                    for end in ready:
                        data = end.recv(65536)
                        if not data:
                            return
                        (server if end is client else client).sendall(data)


@pytest.fixture(scope="module")
def database():
    """The address of a new database, dropped afterwards: migrated where the suite has made one to copy, else empty."""
    if not DATABASE_URL:
        pytest.skip("needs PostgreSQL: set TEST_DATABASE_URL=postgres://user:password@127.0.0.1/postgres")
    name = f"common_ground_processes_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(DATABASE_URL, autocommit=True) as server:
        template = postgres_template(server.info.dbname)
        made = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template if made else "template1"}"')
    yield urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/{name}"))
    with psycopg.connect(DATABASE_URL, autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def relay():
    if not ELASTICSEARCH_URL:
        pytest.skip("needs Elasticsearch: set TEST_ELASTICSEARCH_URL=http://127.0.0.1:9200")
    relay = Relay(ELASTICSEARCH_URL)
    yield relay
    relay.is_open = False
    relay.listener.close()


@pytest.fixture(scope="module")
def running(database, relay, prepared, tmp_path_factory):
    state = tmp_path_factory.mktemp("processes") / "state"
    state.mkdir()
    (state / "static").symlink_to(prepared / "static")
    env = site.production(
        state,
        DATABASE_URL=database,
        EMAIL_URL=f"filemail://{state}/mail",
        ELASTICSEARCH_URL=relay.url,
        ELASTICSEARCH_INDEX=f"test-processes-{uuid.uuid4().hex[:12]}",
    )
    for command in (["migrate", "-v", "0"], ["load_demo", "-v", "0"], ["reindex"]):
        done = site.python(env, "manage.py", *command)
        assert done.returncode == 0, done.stderr
    running = site.Running(env, state / "log")
    running.start_web(workers=2)
    running.start("worker", "manage.py", "worker")
    site.wait_for(lambda: catches(running.processes["worker"].pid, signal.SIGTERM), running.told)
    yield running
    running.stop()
    remove = "from search import engines; engines.cluster().remove()"
    site.python(env, "manage.py", "shell", "--no-imports", "-c", remove)


def catches(pid: int, number: int) -> bool:
    """Has the process come as far as to handle the signal itself?"""
    if not Path("/proc/self/status").exists():
        return True
    found = re.search(r"^SigCgt:\s+(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return bool(found and int(found[1], 16) & (1 << (number - 1)))


def sign_in(running: site.Running, shown: str) -> str:
    running.cookies.clear()
    email, password = running.login(shown)
    answer = running.post("/account/login/", {"login": email, "password": password})
    assert answer.status == 302, answer.text
    return email


def mails(running: site.Running) -> list[str]:
    folder = Path(running.env["STATE_DIR"]) / "mail"
    return [path.read_text() for path in folder.glob("*")] if folder.exists() else []


def test_a_reply_is_shown_found_and_told(running):
    follower = sign_in(running, "practitioner")
    (address, pk) = re.search(
        r'href="(/community/thread/(\d+)/[^"#?]+)', running.get("/community/welcome/").text
    ).groups()
    assert running.post(f"/community/follow/{pk}/", {"wanted": "yes"}, page=address).status == 302
    sign_in(running, "volunteer")
    text = "Our quokka puppet makes every shy child talk."
    answer = running.post(f"/community/reply/{pk}/", {"text": text}, page=address)
    assert answer.status == 302, answer.text
    assert text in running.get(address).text
    site.wait_for(lambda: any(f"To: {follower}" in mail for mail in mails(running)), running.told)
    site.wait_for(lambda: address in running.get("/search/?q=quokka").text, running.told)
    running.cookies.clear()
    assert running.get("/search/?q=quokka").status == 200


def test_pages_and_health_while_the_engine_goes_and_comes_back(running, relay):
    def engine() -> tuple[int, str, str]:
        answer = running.get("/readyz")
        state = json.loads(answer.text)
        return answer.status, state["status"], state["checks"]["search engine"]

    site.wait_for(lambda: engine() == (200, "ok", "ok"), running.told)
    relay.is_open = False
    try:
        status, word, of_engine = engine()
        assert (status, word) == (200, "degraded")
        assert of_engine in ("degraded", "down")
        assert running.get("/search/?q=sleep").status == 200
        assert running.get("/healthz").status == 200
    finally:
        relay.is_open = True
    site.wait_for(lambda: engine() == (200, "ok", "ok"), running.told)


def test_the_timer_may_run_twice_at_once(running):
    ticks = [threading.Thread(target=site.python, args=[running.env, "manage.py", "tick"]) for _ in range(2)]
    for tick in ticks:
        tick.start()
    for tick in ticks:
        tick.join()
    done = site.python(running.env, "manage.py", "tick")
    assert done.returncode == 0, done.stderr


def test_the_processes_need_little_memory(running, capsys):
    for path in ("/", "/library/", "/community/", "/webinars/", "/search/?q=sleep") * 10:
        assert running.get(path).status == 200
    master = running.processes["web"].pid
    children = Path(f"/proc/{master}/task/{master}/children")
    if not children.exists():
        pytest.skip("this system does not show a process's children")
    used = {f"web {pid}": memory(pid) for pid in children.read_text().split()}
    used["worker"] = memory(running.processes["worker"].pid)
    with capsys.disabled():
        print(", ".join(f"{name}: {size / MEGABYTE:.0f} MB" for name, size in used.items()))
    assert len(used) == 3
    assert {name: size for name, size in used.items() if size > LIMITS[name.split()[0]]} == {}


def memory(pid: int | str) -> int:
    """What a process holds resident, in bytes, with what it shares with others."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def test_told_to_stop_all_end_at_once_and_well(running):
    assert running.stop() == {"web": 0, "worker": 0}
    assert "Traceback" not in running.told()
