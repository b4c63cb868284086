"""Documents that Elasticsearch refuses, an index of another shape, an index that differs, and killed rebuilds."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig, ObjectApiResponse

from forum.models import Post, Thread
from knowledge.actions.lists import make_list
from knowledge.models import ResourcePage
from outbox.actions import drain
from outbox.models import Job
from search import events, health, indexing, rebuilding, reconciling, sources
from search.engines import elasticsearch_index, elasticsearch_store
from search.finding import find
from search.models import Entry, Rebuild
from search.query import Query
from search.sources import SOURCES
from tests import factories
from tests.search import community as made_up
from tests.search.community import WORD, announce, differences, keys_in

WAITING = Job.objects.filter(kind=events.KIND).exclude(state=Job.State.DONE)


class Killed(BaseException):
    """As far as the code can tell, the process is dead."""


def cluster_differs(cluster):
    return any(differences(reconciling.elasticsearch(cluster)))


@pytest.mark.elasticsearch
def test_a_poisoned_document_is_set_aside_and_holds_nobody_up(cluster, poison, as_administrator):
    first, second, third = (factories.make_thread(factories.make_space(visibility="public")) for _ in range(3))
    poison.add(f"thread:{second.pk}")
    for thread in (first, second, third):
        announce(Thread, thread)
    drain([events.KIND])
    assert keys_in(cluster) == [f"thread:{first.pk}", f"thread:{third.pk}"]
    job = Job.objects.get(kind=events.KIND, state=Job.State.ASIDE)
    assert job.subject == f"thread:{second.pk}"
    assert job.last_error == "Elasticsearch refuses it: strict_dynamic_mapping_exception."
    shown = as_administrator.get(reverse("admin:outbox_job_changelist"), {"state__exact": "aside"}).content.decode()
    assert f"thread:{second.pk}" in shown

    poison.clear()
    action = {"action": "try_again", "_selected_action": [job.pk]}
    assert as_administrator.post(reverse("admin:outbox_job_changelist"), action).status_code == 302
    drain([events.KIND])
    assert f"thread:{second.pk}" in keys_in(cluster)
    assert not WAITING.exists()


@pytest.mark.elasticsearch
def test_what_was_set_aside_is_done_when_a_later_change_goes_through(cluster, poison):
    thread = factories.make_thread()
    poison.add(f"thread:{thread.pk}")
    announce(Thread, thread)
    drain([events.KIND])
    poison.clear()
    announce(Thread, thread)
    drain([events.KIND])
    assert not WAITING.exists()


@pytest.mark.elasticsearch
def test_in_a_container_only_the_poisoned_document_waits(cluster, poison):
    thread = factories.make_thread(posts=4)
    for post in thread.posts.all():
        announce(Post, post)
    drain([events.KIND])
    bad = f"post:{thread.posts.last().pk}"
    poison.add(bad)
    indexing.container_changed(f"discussion:{thread.pk}")
    drain([events.KIND])
    assert list(WAITING.values_list("subject", "state")) == [(bad, "aside")]
    # What it holds of it is old, so nobody finds it.
    answer = cluster.search(Query(chosen={"kind": ("discussion",)}), frozenset({thread.space.container}))
    assert sum(match.more + 1 for match in answer.matches) == 3


@pytest.mark.elasticsearch
def test_a_rebuild_goes_round_a_poisoned_document(cluster, poison, capsys, monkeypatch):
    # Even the few documents of a test are sent in several requests at once, each with refusals of its own.
    monkeypatch.setattr(elasticsearch_store, "FEWEST_APART", 2)
    community = made_up.build()
    drain([events.KIND])
    bad = f"resource:{community.pages['public resource'].pk}"
    poison.add(bad)
    call_command("reindex", "--engine=elasticsearch")
    assert "1 rows were refused" in capsys.readouterr().out
    assert set(Entry.objects.values_list("key", flat=True)) - set(keys_in(cluster)) == {bad}
    assert WAITING.get().subject == bad


def assert_is_left_alone(cluster, resource):
    """What stands behind the alias is neither told of a change nor searched, and the operator reads why."""
    cluster._shape_until = 0.0
    announce(ResourcePage, resource)
    assert drain([events.KIND]) == 0
    assert WAITING.get().state == Job.State.WAITING
    assert find(Query(text=WORD), AnonymousUser()).is_fallback
    assert "shape of another version" in str(health.check())


@pytest.mark.elasticsearch
def test_with_an_index_of_another_shape_events_wait_until_it_is_built_anew(cluster, monkeypatch):
    community = made_up.build()
    drain([events.KIND])
    monkeypatch.setattr(elasticsearch_index, "_shape", lambda dimensions: "another")
    assert_is_left_alone(cluster, community.pages["public resource"])
    with pytest.raises(CommandError, match="shape of another version"):
        call_command("reindex", "--engine=elasticsearch", "--reconcile", verbosity=0)
    call_command("reindex", "--engine=elasticsearch", verbosity=0)
    WAITING.update(due_at=timezone.now())
    drain([events.KIND])
    cluster._silent_until = 0.0
    assert not find(Query(text=WORD), AnonymousUser()).is_fallback
    assert not cluster_differs(cluster)


@pytest.fixture(params=["write", "read_only"])
def block(request, cluster):
    """The live index as an operator blocks it. Call it to lift the block."""
    setting = f"index.blocks.{request.param}"

    def put(value):
        for name in cluster.behind(cluster.alias):
            cluster.client.indices.put_settings(index=name, settings={setting: value})

    return put


@pytest.mark.elasticsearch
def test_while_the_index_is_blocked_events_wait_and_what_was_hidden_is_not_counted(cluster, block):
    community = made_up.build()
    drain([events.KIND])
    before = find(Query(text=WORD), AnonymousUser()).total
    hidden = community.threads["public thread"]
    hidden.hidden_at = timezone.now()
    hidden.save()
    block(True)
    announce(Thread, hidden)
    announce(ResourcePage, community.pages["public resource"])
    assert drain([events.KIND]) == 0
    block(None)
    assert set(WAITING.values_list("state", "attempts")) == {(Job.State.WAITING, 0)}
    results = find(Query(text=WORD), AnonymousUser())
    assert not results.is_fallback
    # The resource waits too, and is left out as long.
    assert results.total == before - 2
    WAITING.update(due_at=timezone.now())
    drain([events.KIND])
    assert not WAITING.exists()
    assert find(Query(text=WORD), AnonymousUser()).total == before - 1
    assert not cluster_differs(cluster)


@pytest.mark.elasticsearch
def test_an_alias_of_two_indices_is_neither_searched_nor_told(cluster):
    community = made_up.build()
    drain([events.KIND])
    (live,) = cluster.behind(cluster.alias)
    cluster.begin_rebuild()
    (second,) = cluster.behind(cluster.next_alias)
    cluster.client.indices.update_aliases(
        actions=[
            {"remove": {"index": second, "alias": cluster.next_alias}},
            {"add": {"index": second, "alias": cluster.alias}},
        ]
    )
    assert_is_left_alone(cluster, community.pages["public resource"])
    call_command("reindex", "--engine=elasticsearch", verbosity=0)
    WAITING.update(due_at=timezone.now())
    drain([events.KIND])
    assert not WAITING.exists()
    assert not {live, second} & set(cluster.targets())
    assert not cluster_differs(cluster)


@pytest.mark.elasticsearch
def test_an_index_that_somebody_else_made_is_not_written_to(cluster):
    """A mapping that was guessed from documents would take anything and find nothing."""
    cluster.remove()
    cluster.client.index(index=f"{cluster.alias}-stray", id="thread:1", document={"title": 5})
    cluster.client.indices.put_alias(index=f"{cluster.alias}-stray", name=cluster.alias)
    announce(Thread, factories.make_thread())
    assert drain([events.KIND]) == 0
    assert "shape of another version" in str(health.check())
    call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert not cluster.client.indices.exists(index=f"{cluster.alias}-stray")
    assert not cluster_differs(cluster)


@pytest.mark.elasticsearch
def test_an_index_that_vanishes_is_not_made_anew_by_a_write(cluster):
    thread = factories.make_thread()
    announce(Thread, thread)
    targets = cluster._targets_of_events()
    cluster.remove()
    refused, is_swapped = cluster._send(targets, SOURCES["thread"].documents_for([thread.pk]), ["post:1"], 10_000)
    assert (refused, is_swapped) == ({}, True)
    assert cluster.targets() == []
    assert not cluster.client.indices.exists(index=cluster.alias)


@pytest.mark.elasticsearch
def test_a_rebuild_that_was_killed_goes_on_where_it_was(cluster, monkeypatch, capsys):
    made_up.build()
    monkeypatch.setattr(sources, "BATCH", 2)
    built, build = [], cluster.build

    def dying(documents, *, version):
        build(documents, version=version)
        built.extend(document.key for document in documents)
        if len(built) == 4:
            raise Killed

    monkeypatch.setattr(cluster, "build", dying)
    with pytest.raises(Killed):
        call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert Rebuild.objects.get(engine="elasticsearch").finished_at is None
    late = made_up.resource(made_up.Community(), "late")
    drain([events.KIND])
    call_command("reindex", "--engine=elasticsearch")
    assert re.search(r"going on after \d+ rows", capsys.readouterr().out)
    # What was being written when it died is written again, what was noted is not.
    assert len(built) < Entry.objects.count() + 4
    assert f"resource:{late.pk}" in keys_in(cluster)
    assert not cluster_differs(cluster)
    assert Rebuild.objects.get(engine="elasticsearch").finished_at
    call_command("reindex", "--engine=elasticsearch")
    assert "going on" not in capsys.readouterr().out


@pytest.mark.elasticsearch
def test_what_was_refused_before_a_rebuild_was_killed_is_not_forgotten(cluster, poison, monkeypatch):
    thread = factories.make_thread()
    announce(Thread, thread)
    drain([events.KIND])
    poison.add(f"thread:{thread.pk}")
    noted = rebuilding._reached

    def dying(*batch):
        noted(*batch)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "_reached", dying)
        with pytest.raises(Killed):
            call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert Rebuild.objects.get(engine="elasticsearch").reached == {"thread": thread.pk}
    call_command("reindex", "--engine=elasticsearch", verbosity=0)
    assert WAITING.get().subject == f"thread:{thread.pk}"


@pytest.mark.postgres
def test_the_embedded_index_is_rebuilt_from_where_it_was_killed(editor, monkeypatch, capsys):
    made_up.build()
    make_list(keeper=editor, title="Something of each source", visibility="public", is_collection=True)
    Entry.objects.all().delete()
    store, calls = indexing.store, []

    def dying(source, ids):
        calls.append(source.name)
        if len(calls) == 3:
            raise Killed
        store(source, ids)

    monkeypatch.setattr(indexing, "store", dying)
    with pytest.raises(Killed):
        call_command("reindex", "--engine=embedded", verbosity=0)
    call_command("reindex", "--engine=embedded")
    assert "going on after" in capsys.readouterr().out
    assert calls[3:] == calls[2:3] + list(SOURCES)[3:]
    assert not any(differences(reconciling.embedded()))


@pytest.mark.elasticsearch
def test_what_the_answer_to_a_bulk_does_not_name_is_not_written(cluster, monkeypatch):
    thread = factories.make_thread(factories.make_space(visibility="public"), title=WORD)
    announce(Thread, thread)
    headers = HttpHeaders({"content-type": "application/json"})
    meta = ApiResponseMeta(200, "1.1", headers, 0.1, NodeConfig("http", "localhost", 9))
    nothing = ObjectApiResponse({"errors": False, "items": []}, meta)
    with monkeypatch.context() as context:
        context.setattr(type(cluster.patient), "bulk", lambda *args, **options: nothing)
        assert drain([events.KIND]) == 0
    assert WAITING.filter(state=Job.State.WAITING, attempts=0).count() == WAITING.count() > 0
    WAITING.update(due_at=timezone.now())
    drain([events.KIND])
    assert f"thread:{thread.pk}" in keys_in(cluster)


@pytest.mark.elasticsearch
@pytest.mark.parametrize("point", ["streaming_bulk", "refresh"])
def test_a_worker_that_dies_in_a_bulk_leaves_events_that_are_done_later(cluster, monkeypatch, point):
    made_up.build()
    number = WAITING.count()
    monkeypatch.setattr(elasticsearch_store, "CHUNK_BYTES", 2000)
    streaming_bulk = elasticsearch_store.streaming_bulk

    answered = []

    def dying(*args, **options):
        for outcome in streaming_bulk(*args, **options):
            answered.append(outcome)
            if len(answered) == 7:
                raise Killed
            yield outcome

    def killed(**options):
        raise Killed

    with monkeypatch.context() as context:
        if point == "refresh":
            context.setattr(type(cluster.patient.indices), "refresh", lambda *args, **options: killed())
        else:
            context.setattr(elasticsearch_store, "streaming_bulk", dying)
        with pytest.raises(Killed):
            drain([events.KIND])
    assert WAITING.filter(state=Job.State.CLAIMED).count() == number
    assert find(Query(text=WORD), AnonymousUser()).total == 0
    WAITING.update(leased_until=timezone.now() - timedelta(seconds=1))
    call_command("tick")
    drain([events.KIND])
    assert not WAITING.exists()
    assert not cluster_differs(cluster)
