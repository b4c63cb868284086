import datetime as dt
import logging

import pytest
from django.db import OperationalError
from django.utils import timezone

from outbox.models import Job
from search import health as search_health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """What the search engine says of itself."""
    state = {"problem": None}

    def check():
        if isinstance(state["problem"], Exception):
            raise state["problem"]
        return state["problem"]

    monkeypatch.setattr(search_health, "check", check)
    return state


def test_the_process_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.json() == {"status": "ok"}


@pytest.mark.postgres
def test_all_is_well(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "search engine": "ok", "task queue": "ok"},
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("problem", "word"), [("cluster is yellow at 10.0.0.7", "degraded"), (OSError("10.0.0.7 is away"), "down")]
)
def test_an_engine_in_trouble_is_degraded_not_down(client, engine, problem, word):
    engine["problem"] = problem
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["search engine"] == word
    assert b"10.0.0.7" not in answer.content


def test_a_database_that_is_away_is_down(client, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("could not connect to server db.internal")

        def close(self):
            pass

    monkeypatch.setattr("config.health.connection", Away())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert set(answer.json()["checks"].values()) == {"down"}
    assert b"internal" not in answer.content


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("minutes_due", "minutes_old", "state", "error", "word"),
    [
        (1, 1, "waiting", "", "ok"),
        (11, 11, "waiting", "", "degraded"),
        (-60, 99, "waiting", "", "ok"),
        (-1, 99, "waiting", "The mail server is away.", "degraded"),
        (-1, 1, "waiting", "The mail server is away.", "ok"),
        (99, 99, "claimed", "", "ok"),
        (99, 99, "done", "", "ok"),
        (1, 1, "aside", "", "degraded"),
    ],
)
def test_work_that_is_stuck_is_degraded(client, minutes_due, minutes_old, state, error, word):
    now = timezone.now()
    job = Job.objects.create(kind="x", state=state, last_error=error, due_at=now - dt.timedelta(minutes=minutes_due))
    Job.objects.filter(pk=job.pk).update(created_at=now - dt.timedelta(minutes=minutes_old))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["task queue"] == word


def test_the_details_are_in_the_log(client, engine, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("commonground"), "propagate", True)
    engine["problem"] = "the index is closed"
    client.get("/readyz")
    assert "the index is closed" in caplog.text


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_answered(client, address):
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
