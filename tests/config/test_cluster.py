"""The site on three real Elasticsearch nodes, some or all of which are killed, and so is its worker."""

from __future__ import annotations

import re
import shutil
import signal
import threading
import uuid
from itertools import count

import pytest
from django.conf import settings
from filelock import FileLock

from tests.config import nodes, site

pytestmark = pytest.mark.cluster
FALLBACK = "simpler form"
HIT = 'class="row-title'
SEARCHES = ("sleep", "health visitor", "weaning", "how can we help a family with damp")


@pytest.fixture(scope="module")
def three():
    if not nodes.SCRIPT:
        pytest.skip("needs three Elasticsearch nodes: set TEST_ELASTICSEARCH_CLUSTER=../shared/services/elasticsearch")
    (settings.BASE_DIR / "var" / "tests").mkdir(parents=True, exist_ok=True)
    with FileLock(settings.BASE_DIR / "var" / "tests" / "three-nodes.lock"):
        made = nodes.Nodes()
        made.revive()
        yield made
        made.revive()


@pytest.fixture(scope="module")
def running(three, prepared, tmp_path_factory):
    """The demo site in production mode, on all three nodes, with its worker."""
    state = tmp_path_factory.mktemp("cluster") / "state"
    shutil.copytree(prepared, state)
    env = site.production(
        state,
        DATABASE_URL=f"sqlite:///{state}/site.sqlite3",
        EMAIL_URL=f"filemail://{state}/mail",
        ELASTICSEARCH_URL=",".join(three.urls),
        ELASTICSEARCH_INDEX=f"test-cluster-{uuid.uuid4().hex[:12]}",
        ELASTICSEARCH_SHARDS="2",
    )
    manage(env, "reindex")
    running = site.Running(env, state / "log")
    running.start_web()
    running.start("worker", "manage.py", "worker")
    email, password = running.login("volunteer")
    assert running.post("/account/login/", {"login": email, "password": password}).status == 302
    yield running
    running.stop()
    three.revive()
    shell(env, "from search import engines; engines.cluster().remove()")


@pytest.fixture(scope="module")
def replying(running):
    """Writes a reply with a word that nothing else has, as often as it is called. Returns the word."""
    found = re.search(r'href="(/community/thread/(\d+)/[^"#?]+)', running.get("/community/welcome/").text)
    address, pk = found.groups()
    numbers = count(1)

    def reply() -> str:
        word = f"quokka{next(numbers)}"
        answer = running.post(f"/community/reply/{pk}/", {"text": f"A reply that says {word}."}, page=address)
        assert answer.status == 302, answer.text
        assert word in running.get(answer.headers["Location"]).text
        return word

    return reply


def manage(env: dict[str, str], *arguments: str) -> str:
    done = site.python(env, "manage.py", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(env: dict[str, str], script: str) -> str:
    return manage(env, "shell", "--no-imports", "-c", script)


# What a dead worker held is given back, what waits is due now, and when nothing waits any more all is compared.
SETTLE = """
import time
from django.core.management import call_command
from django.utils import timezone
from outbox import actions
from outbox.models import Job
from outbox.tasks import wake

# All kinds of work: a document that is read meanwhile changes both the rows and the indices.
jobs = Job.objects.filter(state__in=Job.UNFINISHED)
jobs.filter(state="claimed").update(leased_until=timezone.now())
actions.release_expired()
jobs.filter(state="waiting", kind="index").update(due_at=timezone.now())
jobs = jobs.filter(due_at__lte=timezone.now())
wake()
until = time.monotonic() + %d
while jobs.exists() and time.monotonic() < until:
    time.sleep(0.5)
call_command("search_status", "--compare")
"""
SETTLED = ["embedded: equals the rows", "elasticsearch: equals the rows", "waiting: 0 events, 0 of them set aside"]


def settled(running: site.Running) -> list[str]:
    """What comparing every document of both indices with its row says, once the worker has caught up."""
    told = shell(running.env, SETTLE % nodes.PATIENCE).splitlines()
    return [line for line in told if any(word in line for word in ("equals", "missing", "waiting"))]


class Load:
    """Searches without a pause, on as many threads as there are questions, and remembers what went wrong."""

    def __init__(self, running: site.Running) -> None:
        self.running = running
        self.failed: list[str] = []
        self.asked = self.fallbacks = 0
        self.is_over = False
        self.threads = [threading.Thread(target=self._search, args=[text]) for text in SEARCHES[:2]]

    def _search(self, text: str) -> None:
        path = f"/search/?q={text.replace(' ', '+')}"
        while not self.is_over:
            answer = self.running.get(path)
            self.asked += 1
            self.fallbacks += FALLBACK in answer.text
            if answer.status != 200 or HIT not in answer.text:
                self.failed.append(f"{answer.status} {answer.text[:500]}")

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over = True
        for thread in self.threads:
            thread.join()


def test_one_node_killed_under_load_fails_no_search_and_loses_no_event(running, three, replying):
    # On a slow machine the first answers may come too late; a moment later the site asks the cluster again.
    site.wait_for(lambda: FALLBACK not in running.get("/search/?q=sleep").text, running.told)
    with Load(running) as load:
        words = [replying()]
        three.kill(three.master())
        words += [replying() for _ in range(5)]
        # Two of three nodes find a new leader among them.
        site.wait_for(lambda: three.health(number_of_nodes=2, timed_out=False), seconds=nodes.PATIENCE)
        words.append(replying())
        enough = load.asked + 20
        site.wait_for(lambda: load.asked > enough, seconds=nodes.PATIENCE)
    assert load.failed == []
    assert settled(running) == SETTLED
    for word in words:
        assert HIT in running.get(f"/search/?q={word}").text


def test_all_nodes_down_the_site_works_and_catches_up_afterwards(running, three, replying):
    three.kill(*nodes.NUMBERS)
    word = replying()
    for path in ("/", "/library/", "/community/", "/healthz"):
        assert running.get(path).status == 200
    answer = running.get(f"/search/?q={word}")
    assert answer.status == 200
    assert FALLBACK in answer.text
    assert HIT in answer.text
    assert "waiting: 0 events" not in manage(running.env, "search_status")
    # The worker dies as well, over what it cannot tell anybody.
    running.processes["worker"].kill()
    running.processes["worker"].wait()
    other = replying()

    three.revive()
    running.start("worker", "manage.py", "worker")
    assert settled(running) == SETTLED
    site.wait_for(lambda: FALLBACK not in running.get(f"/search/?q={word}").text, seconds=nodes.PATIENCE)
    for each in (word, other):
        assert HIT in running.get(f"/search/?q={each}").text


DYING = """
import os, signal
from search.engines import elasticsearch_store as store
store.CHUNK_BYTES = 5000
streaming_bulk, answered = store.streaming_bulk, []

def dying(*args, **options):
    for outcome in streaming_bulk(*args, **options):
        answered.append(outcome)
        if len(answered) == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        yield outcome

store.streaming_bulk = dying
"""


EVERYTHING = """
from forum.models import Post, Thread
from knowledge.models import ResourcePage
from outbox.actions import drain
from search import indexing

for model in (ResourcePage, Thread, Post):
    indexing.rows_changed(model, model.objects.values_list("pk", flat=True))
drain(["index"])
"""
REBUILD = """
from django.core.management import call_command
call_command("reindex", "--engine=elasticsearch")
"""


def test_a_worker_and_a_rebuild_killed_in_a_bulk_lose_nothing(running, three):
    three.revive()
    running.processes["worker"].kill()
    running.processes["worker"].wait()
    for after, work in ((30, EVERYTHING), (40, REBUILD)):
        script = DYING.format(after=after) + work
        done = site.python(running.env, "manage.py", "shell", "--no-imports", "-c", script)
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert "going on after" in manage(running.env, "reindex", "--engine=elasticsearch")
    running.start("worker", "manage.py", "worker")
    assert settled(running) == SETTLED
