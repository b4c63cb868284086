"""The cluster down, coming back, and being rebuilt: saves never fail, events wait, and the index equals the rows."""

import logging
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig, Transport, TransportApiResponse

from forum import actions
from forum.models import Thread
from outbox.actions import drain
from outbox.models import Job
from search import engines, events, health
from search.engines import elasticsearch as cluster_module
from search.engines.base import SearchUnavailable
from search.finding import find
from search.models import Entry
from search.permissions import readable_containers
from search.query import Query
from tests import factories
from tests.search import community as made_up
from tests.search.community import WORD, announce, keys_in

NOBODY_LISTENS = "http://127.0.0.1:9"
WAITING = Job.objects.filter(kind=events.KIND).exclude(state=Job.State.DONE)


@pytest.fixture
def down(db, settings):
    """The site with a cluster that does not answer."""
    settings.ELASTICSEARCH_HOSTS = [NOBODY_LISTENS]
    settings.ELASTICSEARCH_INDEX = "nobody"
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    yield
    engines.cluster().client.close()
    cluster_module.engine_at.cache_clear()


def total(text=WORD, user=None):
    return find(Query(text=text), user or AnonymousUser()).total


def due_again():
    WAITING.update(due_at=timezone.now())


@pytest.mark.postgres
def test_down_saves_and_searches_work_and_the_page_says_so_quietly(down, client, member):
    thread = actions.start_thread(
        space=factories.make_space(visibility="public"),
        author=member,
        kind="question",
        title="Owls",
        source=WORD,
    )
    assert WAITING.filter(subject=f"thread:{thread.pk}").exists()
    response = client.get("/search/", {"q": WORD})
    assert "simpler form" in response.content.decode()
    assert response.context["results"].total == 1
    assert health.check() == "Elasticsearch does not answer; search uses the site's own database."


def test_down_the_command_line_says_so_without_a_page_of_where(down, settings, capsys):
    call_command("search_status")
    assert "elasticsearch: It does not answer as it should (ConnectionError)." in capsys.readouterr().out
    with pytest.raises(CommandError, match="It does not answer as it should"):
        call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert settings.LOGGING["loggers"]["elastic_transport.transport"] == {"level": "ERROR"}


@pytest.mark.postgres
def test_down_events_wait_and_no_attempt_is_counted(down):
    announce(Thread, factories.make_thread())
    number = WAITING.count()
    assert drain([events.KIND]) == 0
    due_again()
    assert drain([events.KIND]) == 0
    assert WAITING.filter(state=Job.State.WAITING).count() == number > 0


@pytest.mark.parametrize(
    "body",
    ["<html>No hits. Back soon.</html>", {"message": "Back soon."}, [], None, {"hits": 0}, {"hits": {"hits": []}}],
    ids=["page", "json", "list", "nothing", "hits", "uncounted"],
)
def test_what_answers_in_its_place_is_a_cluster_that_is_down(down, client, monkeypatch, body):
    """A gateway may send a page of its own with status 200; the client looks who answers at its first request alone."""

    def in_its_place(*args, **options):
        headers = HttpHeaders({"x-elastic-product": "Elasticsearch", "content-type": "text/html"})
        meta = ApiResponseMeta(200, "1.1", headers, 0.1, NodeConfig("http", "localhost", 9))
        return TransportApiResponse(meta, body)

    monkeypatch.setattr(Transport, "perform_request", in_its_place)
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), title=WORD))
    number = WAITING.count()
    assert drain([events.KIND]) == 0
    assert WAITING.filter(state=Job.State.WAITING, attempts=0).count() == number > 0
    for is_known in (False, True):
        engines.cluster()._silent_until = 0.0
        engines.cluster()._shape_until = time.monotonic() + 60 if is_known else 0.0
        WAITING.update(state=Job.State.DONE)
        response = client.get("/search/", {"q": WORD})
        assert "simpler form" in response.content.decode()
        assert response.context["results"].total == 1
        assert client.get("/search/complete/", {"q": WORD[:4]}).status_code == 200


def test_down_one_search_asks_and_the_next_ones_do_not_wait(down, monkeypatch):
    asked = []

    def refuse(*args):
        asked.append(1)
        raise SearchUnavailable

    monkeypatch.setattr(cluster_module.ElasticsearchEngine, "shape_of", refuse)
    for _ in range(3):
        assert find(Query(text=WORD), AnonymousUser()).is_fallback
    assert len(asked) == 1


@pytest.mark.elasticsearch
def test_coming_back_the_index_equals_the_rows(cluster, settings):
    settings.ELASTICSEARCH_HOSTS, hosts = [NOBODY_LISTENS], settings.ELASTICSEARCH_HOSTS
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    community = made_up.build()
    community.pages["public resource"].delete()
    assert drain([events.KIND]) == 0
    engines.cluster().client.close()
    settings.ELASTICSEARCH_HOSTS = hosts
    assert total() == 0
    due_again()
    assert drain([events.KIND]) > 0
    assert not WAITING.exists()
    assert keys_in(cluster) == sorted(Entry.objects.values_list("key", flat=True))
    assert total() == 3


@pytest.mark.elasticsearch
def test_a_late_event_never_overwrites_a_newer_state(cluster):
    source = made_up.build().threads["public thread"]
    drain([events.KIND])
    cluster.write([], gone=[f"thread:{source.pk}"], version=10_000)
    announce(Thread, source)
    drain([events.KIND])
    assert f"thread:{source.pk}" not in keys_in(cluster)


@pytest.mark.elasticsearch
def test_a_rebuild_beside_the_live_index_keeps_what_is_written_meanwhile(cluster):
    made_up.build()
    drain([events.KIND])
    before = cluster.targets()
    cluster.begin_rebuild()
    late = factories.make_thread(factories.make_space(visibility="public"), title=f"late {WORD}")
    announce(Thread, late)
    drain([events.KIND])
    assert total() == 5
    cluster.finish_rebuild()
    assert f"thread:{late.pk}" in keys_in(cluster)
    call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert len(cluster.targets()) == 1
    assert cluster.targets() != before
    assert keys_in(cluster) == sorted(Entry.objects.values_list("key", flat=True))


@pytest.mark.elasticsearch
def test_what_is_hidden_at_the_last_moment_of_a_rebuild_is_not_counted_after_it(cluster, monkeypatch):
    hidden = made_up.build().threads["public thread"]
    drain([events.KIND])
    call_swap = type(cluster.patient.indices).update_aliases

    def hide_and_swap(self, **options):
        """The new index has been refreshed already, and is still beside the live one."""
        Thread.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
        announce(Thread, hidden)
        drain([events.KIND])
        return call_swap(self, **options)

    monkeypatch.setattr(type(cluster.patient.indices), "update_aliases", hide_and_swap)
    call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert not WAITING.exists()
    assert cluster.search(Query(text='"told in public thread"'), readable_containers(AnonymousUser())).total == 0


@pytest.mark.elasticsearch
def test_a_rebuild_that_was_killed_is_started_again(cluster):
    made_up.build()
    cluster.begin_rebuild()
    call_command("reindex", verbosity=0)
    assert len(cluster.targets()) == 1
    assert keys_in(cluster) == sorted(Entry.objects.values_list("key", flat=True))


@pytest.mark.elasticsearch
def test_without_an_index_events_wait_and_search_falls_back(cluster):
    cluster.remove()
    made_up.build()
    assert drain([events.KIND]) == 0
    assert WAITING.exists()
    results = find(Query(text=WORD), AnonymousUser())
    assert (results.is_fallback, results.total) == (True, 4)
    assert health.check() == "Elasticsearch has no index yet: run manage.py reindex."
    cluster.begin_rebuild()
    cluster.finish_rebuild()


@pytest.mark.elasticsearch
def test_with_too_much_to_tell_the_embedded_index_answers(cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "MOST_PENDING", 3)
    made_up.build()
    results = find(Query(text=WORD), AnonymousUser())
    assert (results.is_fallback, results.total) == (True, 4)
    assert "has not been told of very many changes" in str(health.check())
    drain([events.KIND])
    assert health.check() is None


@pytest.mark.elasticsearch
def test_nothing_but_what_is_mapped_can_be_stored(cluster):
    mapping = cluster.client.indices.get_mapping(index=cluster.alias)
    assert {each["mappings"]["dynamic"] for each in mapping.values()} == {"strict"}
    assert health.check() is None


@pytest.mark.postgres
def test_reindex_says_when_the_cluster_is_down(down):
    with pytest.raises(CommandError, match="start again later"):
        call_command("reindex", "--engine=elasticsearch", verbosity=0)
