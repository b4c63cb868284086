"""An index is compared with its rows and mended where it differs, without being built anew."""

import pytest
from django.core.management import call_command
from django.db import connection

from forum.models import Post, Thread
from knowledge.models import ResourcePage
from outbox.actions import drain
from outbox.models import Job
from search import engines, events, reconciling
from tests import factories
from tests.search import community as made_up
from tests.search.community import WORD, announce, differences

WAITING = Job.objects.filter(kind=events.KIND).exclude(state=Job.State.DONE)


@pytest.fixture(params=[pytest.param("embedded", marks=pytest.mark.postgres),
                        pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])  # fmt: skip
def spoilt(request, db):
    """An index that lacks a document, has one in an old state and one that is no more. Gives how to ask it."""
    cluster = request.getfixturevalue("cluster") if request.param == "elasticsearch" else None
    community = made_up.build()
    gone = factories.make_thread(title=f"gone {WORD}")
    announce(Thread, gone)
    drain([events.KIND])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM forum_post WHERE thread_id = %s", [gone.pk])
        cursor.execute("DELETE FROM forum_thread WHERE id = %s", [gone.pk])
    ResourcePage.objects.filter(pk=community.pages["public resource"].pk).update(title="Another title")
    missing = f"webinar:{community.pages['public webinar'].pk}"
    if cluster:
        cluster.write([], gone=[missing], version=1)
        cluster.client.delete(index=cluster.alias, id=missing, refresh=True)
        # Elasticsearch is told by events alone; the embedded index is right.
        call_command("reindex", "--engine=embedded", verbosity=0)
        return request.param, lambda: differences(reconciling.elasticsearch(cluster))
    engines.embedded().write([], gone=[missing])
    return request.param, lambda: differences(reconciling.embedded())


def test_reconciling_finds_and_mends_what_differs_without_rebuilding(spoilt, capsys):
    name, found = spoilt
    assert [sum(found()[number::3]) for number in range(3)] == [1, 1, 1]
    call_command("search_status", "--compare")
    assert f"{name}: 1 missing, 1 changed, 1 that should not be there" in capsys.readouterr().out
    before = engines.cluster().targets() if engines.cluster() else []
    call_command("reindex", f"--engine={name}", "--reconcile")
    out = capsys.readouterr().out
    assert f"{name} webinar: mended 1 missing, 0 changed, 0" in out
    assert f"{name} resource: mended 0 missing, 1 changed, 0" in out
    assert f"{name} thread: mended 0 missing, 0 changed, 1" in out
    assert not any(found())
    assert (engines.cluster().targets() if engines.cluster() else []) == before
    call_command("search_status", "--compare")
    assert f"{name}: equals the rows" in capsys.readouterr().out


@pytest.mark.postgres
def test_a_row_that_is_indexed_while_it_is_compared_is_no_difference(db):
    page = made_up.build().pages["public resource"]
    drain([events.KIND])
    kept = reconciling.embedded()
    asked = []

    def states_of(source, ids, documents):
        if not asked:
            ResourcePage.objects.filter(pk=page.pk).update(title="Another title")
            announce(ResourcePage, page)
        asked.append(ids)
        return kept.states_of(source, ids, documents)

    assert not any(differences(kept._replace(states_of=states_of)))
    assert len(asked) > len(set(map(tuple, asked)))


@pytest.mark.elasticsearch
def test_replies_to_a_thread_whose_event_waits_are_no_difference(cluster):
    thread = factories.make_thread(posts=3)
    announce(Post, *thread.posts.all())
    other = factories.make_thread(thread.space, posts=2)
    announce(Post, *other.posts.all())
    drain([events.KIND])
    Thread.objects.filter(pk=thread.pk).update(title="Another title")
    announce(Thread, thread)
    Thread.objects.filter(pk=other.pk).update(title="Nobody tells of this")
    kept = reconciling.elasticsearch(cluster)
    changed = differences(kept)[1::3]
    assert sum(changed) == 2
    drain([events.KIND])
    assert differences(kept)[1::3] == changed


@pytest.mark.elasticsearch
def test_what_cannot_be_mended_waits_for_an_operator(cluster, poison):
    community = made_up.build()
    drain([events.KIND])
    page = community.pages["public resource"]
    ResourcePage.objects.filter(pk=page.pk).update(title="Another title")
    call_command("reindex", "--engine=embedded", verbosity=0)
    WAITING.update(state=Job.State.DONE)
    poison.add(f"resource:{page.pk}")
    call_command("reindex", "--engine=elasticsearch", "--reconcile", verbosity=0)
    drain([events.KIND])
    assert list(WAITING.values_list("subject", "state")) == [(f"resource:{page.pk}", "aside")]


@pytest.mark.elasticsearch
def test_status_says_how_the_engines_stand(cluster, capsys):
    made_up.build()
    call_command("search_status")
    out = capsys.readouterr().out
    assert "elasticsearch: nothing" in out
    assert "elasticsearch differs from embedded: discussion -" in out
    assert "0 of them set aside; the oldest for" in out
    call_command("reindex", verbosity=0)
    call_command("search_status")
    out = capsys.readouterr().out
    assert "differs" not in out
    assert out.count("last rebuild: begun") == 2
    assert "Search is well." in out
