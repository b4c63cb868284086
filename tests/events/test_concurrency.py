"""Twenty people press the button at once, against a real database of files or a server."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from django.db import connection, connections

from events import actions
from events.models import Registration, Session
from tests import factories
from tests.events.conftest import session_in

PEOPLE, PLACES = 20, 7


@pytest.fixture
def database_file(tmp_path):
    """On SQLite tests run in memory, which no two connections share as they share a file: so a file it is."""
    if connection.vendor != "sqlite":
        return None
    path = tmp_path / "site.sqlite3"
    with closing(sqlite3.connect(path)) as file:
        connection.connection.backup(file)
    return path


def at_once(database_file, jobs):
    """Do all jobs in threads of their own, each with its own connection, started together."""
    barrier = Barrier(len(jobs))

    def run(job):
        own = connections["default"]
        if database_file:
            own.settings_dict = {**own.settings_dict, "NAME": str(database_file)}
        try:
            own.ensure_connection()
            barrier.wait(timeout=60)
            return job()
        finally:
            own.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def read(database_file, job):
    return at_once(database_file, [job])[0]


def registering(session, person):
    return lambda: actions.register(session=session, person=person).state


def giving_back(session, person):
    return lambda: actions.cancel(session=session, person=person)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_people_and_seven_places(request):
    session = session_in(capacity=PLACES)
    people = [factories.make_user() for _ in range(PEOPLE)]
    file = request.getfixturevalue("database_file")
    states = at_once(file, [registering(session, person) for person in people])
    assert sorted(states) == ["confirmed"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
    assert read(file, lambda: Session.objects.get().confirmed_count) == PLACES


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_person_pressing_ten_times(request, member):
    session = session_in(capacity=PLACES)
    file = request.getfixturevalue("database_file")
    states = at_once(file, [registering(session, member)] * 10)
    assert set(states) == {"confirmed"}
    assert read(file, lambda: (Session.objects.get().confirmed_count, Registration.objects.count())) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_places_given_back_while_others_ask(request):
    session = session_in(capacity=PLACES)
    early = [factories.make_user() for _ in range(PLACES)]
    for person in early:
        actions.register(session=session, person=person)
    late = [factories.make_user() for _ in range(PLACES)]
    file = request.getfixturevalue("database_file")
    at_once(file, [giving_back(session, one) for one in early] + [registering(session, one) for one in late])

    def outcome():
        confirmed = Registration.objects.filter(state="confirmed").values_list("person_id", flat=True)
        return Session.objects.get().confirmed_count, set(confirmed)

    count, confirmed = read(file, outcome)
    assert count == PLACES
    assert confirmed == {person.pk for person in late}
