import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.conftest import signed_in
from tests.factories import make_user
from web import limits
from web.limits import allow
from web.models import Allowance

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.views")]


@pytest.fixture
def clock(monkeypatch):
    """The time as limits see it: 100 seconds into a window of 600."""
    now = [600_000_100.0]
    monkeypatch.setattr("web.limits.time.time", lambda: now[0])
    return now


@pytest.mark.postgres
def test_so_many_are_allowed_in_a_window_and_then_again_in_the_next(clock):
    assert [allow("reply", "anna", limit=2, seconds=600) for _ in range(4)] == [True, True, False, False]
    clock[0] += 600
    assert allow("reply", "anna", limit=2, seconds=600)


def test_people_and_names_are_counted_apart(clock):
    assert allow("reply", "anna", limit=1, seconds=600)
    assert allow("reply", "bob", limit=1, seconds=600)
    assert allow("report", "anna", limit=1, seconds=600)
    assert not allow("reply", "anna", limit=1, seconds=600)


def test_a_limit_of_none_allows_nothing(clock):
    assert not allow("reply", "anna", limit=0, seconds=600)
    assert not allow("reply", "anna", limit=0, seconds=600)


def test_the_table_names_nobody(clock):
    allow("reply", "account:77", limit=1, seconds=600)
    allow("x" * 300, "address:192.0.2.7", limit=1, seconds=600)
    text = " ".join(Allowance.objects.values_list("key", flat=True))
    assert "account" not in text and "address" not in text and "192.0" not in text
    assert all(len(key.rpartition(":")[2]) == 64 for key in text.split())


def test_an_allowed_use_costs_one_statement(clock, django_assert_num_queries):
    allow("reply", "anna", limit=5, seconds=600)
    with django_assert_num_queries(1):
        allow("reply", "anna", limit=5, seconds=600)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_limit(clock):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's database in memory is one connection's; PostgreSQL runs this")
    allowed: list[bool] = []
    gate = threading.Barrier(8)

    def use():
        gate.wait()
        allowed.extend(allow("reply", "anna", limit=10, seconds=600) for _ in range(5))
        connection.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed.count(True) == 10
    assert Allowance.objects.get().used == 10


def test_too_many_by_one_account_get_a_page_that_says_how_long(clock, member):
    client = signed_in(member)
    assert [client.post("/send/").status_code for _ in range(2)] == [200, 200]
    answer = client.post("/send/", {"text": "What I typed took me a long while to write."})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "500"
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert "9 minutes" in page
    assert "What I typed took me a long while to write." in page


def test_passwords_and_short_fields_are_not_shown_again(clock, member):
    client = signed_in(member)
    typed = {"password": "a very long pass phrase of mine indeed", "title": "Short one"}
    for _ in range(3):
        answer = client.post("/send/", typed)
    page = answer.content.decode()
    assert "pass phrase" not in page and "Short one" not in page


def test_looking_is_not_counted(clock, member):
    client = signed_in(member)
    assert {client.get("/send/").status_code for _ in range(5)} == {200}


def test_one_address_has_its_own_wider_limit(clock):
    people = [signed_in(make_user(), REMOTE_ADDR="192.0.2.7") for _ in range(5)]
    assert [client.post("/send/").status_code for client in people] == [200] * 4 + [429]
    assert signed_in(make_user(), REMOTE_ADDR="192.0.2.8").post("/send/").status_code == 200


def test_one_household_of_ipv6_is_one_address(clock):
    answers = [Client(REMOTE_ADDR=f"2001:db8::{n}").post("/send/").status_code for n in range(1, 6)]
    assert answers == [200] * 4 + [429]
    assert Client(REMOTE_ADDR="2001:db8:0:1::1").post("/send/").status_code == 200


def test_waits_are_said_in_words():
    assert [limits._in_words(n) for n in (1, 60, 61, 3599, 3600, 7201)] == [
        "1 minute", "1 minute", "2 minutes", "60 minutes", "1 hour", "3 hours",
    ]  # fmt: skip


def test_windows_that_are_over_are_forgotten():
    now = timezone.now()
    for days in (-1, 1):
        Allowance.objects.create(key=f"k{days}", window=1, expires_at=now + dt.timedelta(days=days))
    limits.forget_expired()
    assert Allowance.objects.get().key == "k1"
