from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from forum.models import Thread
from outbox.actions import drain
from search import events, health
from search.models import Entry
from tests import factories
from tests.search import community as made_up

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def rows():
    fields = ("key", "kind", "group_key", "container", "tags", "fingerprint")
    return sorted(Entry.objects.values_list(*fields), key=lambda row: row[0])


def test_reindex_builds_the_same_index_that_the_events_built():
    made_up.build()
    drain([events.KIND])
    built = rows()
    Entry.objects.all().delete()
    call_command("reindex", verbosity=0)
    assert rows() == built
    call_command("reindex", verbosity=0)
    assert rows() == built


def test_reindex_takes_out_what_no_longer_exists(capsys):
    thread = factories.make_thread()
    made_up.announce(Thread, thread)
    # A row that went without a word, as a hand in the database would do it.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM forum_post WHERE thread_id = %s", [thread.pk])
        cursor.execute("DELETE FROM forum_thread WHERE id = %s", [thread.pk])
    call_command("reindex", "thread")
    assert not Entry.objects.exists()
    assert "1 that no longer exist" in capsys.readouterr().out


def test_reindex_of_one_kind_leaves_the_others_alone():
    made_up.build()
    Entry.objects.all().delete()
    call_command("reindex", "resource", verbosity=0)
    assert set(Entry.objects.values_list("kind", flat=True)) == {"resource"}


def test_reindex_refuses_what_it_does_not_know():
    with pytest.raises(CommandError, match="no kind poems"):
        call_command("reindex", "poems")
    with pytest.raises(CommandError, match="names no cluster"):
        call_command("reindex", "--engine=elasticsearch", verbosity=0)


def test_status_says_what_there_is(capsys):
    made_up.build()
    drain([events.KIND])
    call_command("search_status")
    out = capsys.readouterr().out
    assert "resource" in out
    assert "waiting: 0 events" in out
    assert "Search is well." in out


def test_an_index_from_before_is_to_be_built_anew_and_search_says_so_until_it_is():
    note = import_module("search.migrations.0009_forms_beside_words").note
    note(apps, None)
    assert health.check() is None
    made_up.build()
    drain([events.KIND])
    note(apps, None)
    assert "unless manage.py reindex is running, run it" in str(health.check())
    call_command("reindex", verbosity=0)
    assert health.check() is None


def test_a_missing_table_is_seen(monkeypatch):
    assert health.check() is None

    def refuse():
        raise health.DatabaseError

    monkeypatch.setattr("search.health.connection.cursor", refuse)
    assert "run manage.py migrate" in str(health.check())
