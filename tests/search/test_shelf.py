"""The library kept in memory answers as the index's own statement does, and is never older than the index."""

import random
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from knowledge.models import ResourcePage
from search import engines, forgetting
from search.documents import CLOSED, PUBLIC, Document
from search.engines import shelf
from search.facets import EVERYWHERE, IN_LIBRARY
from search.models import Edition, Entry
from search.query import Limits, Query
from tests import factories
from tests.search.community import announce

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

CHOICES = {
    "topic": ("sleep", "speech", "gone"),
    "sector": ("housing", "midwifery"),
    "year": ("2019", "2020"),
    "type": ("guideline", "programme"),
}


def library(address="", counted=IN_LIBRARY):
    return Query.read(QueryDict(address), chosen={"kind": ("resource",)}, counted=counted)


def some_resources(number=60):
    """Resources with tags by chance, some of them with files, in three containers and one that nobody reads."""
    chance = random.Random(5)
    for pk in range(1, number + 1):
        document = Document(
            key=f"resource:{pk}", kind="resource", group=f"resource:{pk}",
            container=chance.choice([PUBLIC, "page:7", "page:8"]),
            title=f"Resource {pk}", body="Words.",
            type=chance.choice(CHOICES["type"]),
            topics=tuple(sorted(chance.sample(CHOICES["topic"], chance.randint(0, 2)))),
            sectors=tuple(sorted(chance.sample(CHOICES["sector"], chance.randint(0, 2)))),
            date=timezone.now() if chance.random() < 0.7 else None,
            year=chance.choice([2019, 2020, None]),
        )  # fmt: skip
        yield document
        for part in range(chance.choice([0, 0, 2])):
            container = chance.choice([document.container, CLOSED])
            yield replace(document, key=f"document:{pk}:{part}", title="", container=container)


def test_it_answers_as_the_statement_does():
    engine, chance = engines.embedded(), random.Random(7)
    engine.write(some_resources())
    seen = 0
    for _ in range(60):
        chosen = {facet: chance.sample(values, chance.choice([0, 0, 1, 2])) for facet, values in CHOICES.items()}
        address = "&".join(f"{facet}={value}" for facet, values in chosen.items() for value in values)
        among = frozenset(chance.sample([PUBLIC, "page:7", "page:8", "space:1"], chance.randint(1, 4)))
        query = replace(library(address), size=5)
        while True:
            kept, stated = engine.search(query, among), engine._found(query, among, engine._words(query))
            assert kept.matches == stated.matches and kept.total == stated.total
            assert kept.without == stated.without and kept.next_cursor == stated.next_cursor
            assert {facet: counts for facet, counts in kept.counts.items() if counts} == stated.counts
            seen += len(kept.matches)
            if not kept.next_cursor:
                break
            query = replace(query, cursor=kept.next_cursor)
    assert seen > 300


def test_the_next_page_begins_after_a_result_that_has_gone_and_after_a_number_of_results():
    engine, among = engines.embedded(), frozenset({PUBLIC})
    engine.write(replace(each, container=PUBLIC) for each in some_resources() if each.key == each.group)
    first = engine.search(replace(library(), size=5), among)
    whole = engine.search(replace(library(), size=60), among).matches
    engine.write([], gone=[first.matches[-1].key])
    second = replace(library(), size=5, cursor=first.next_cursor)
    assert engine.search(second, among).matches == whole[5:10]
    # Five results of another engine came before.
    elsewhere = replace(second, cursor="WyJlbGFzdGljc2VhcmNoIiw1LCJyZXNvdXJjZToxIl0")
    assert elsewhere.position.seen == 5
    assert engine.search(elsewhere, among).matches == [*whole[:4], *whole[5:]][5:10]


@pytest.mark.parametrize(
    "query",
    [
        library("q=sleep"),
        library("q=-sleep"),
        library("sort=helpful"),
        library(counted=EVERYWHERE),
        replace(library(), limits=Limits(tags=(("topic:sleep",),))),
        Query.read(QueryDict("kind=webinar"), counted=IN_LIBRARY),
    ],
)
def test_what_needs_more_than_tags_is_asked_of_the_database(query):
    assert shelf.is_for(library("topic=sleep&year=2019"))
    assert not shelf.is_for(query)


def test_a_page_counts_at_once_when_it_is_published_made_private_and_withdrawn(client):
    topic = factories.make_topic(name="Sleep")

    def counted():
        facets = client.get("/library/").context["results"].facets
        return {value.name: value.number for facet in facets if facet.name == "topic" for value in facet.first}

    announce(ResourcePage, factories.make_resource(topics=[topic]))
    assert counted() == {"Sleep": 1}
    page = factories.make_resource(topics=[topic])
    announce(ResourcePage, page)
    assert counted() == {"Sleep": 2}
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert counted() == {"Sleep": 1}
    PageViewRestriction.objects.all().delete()
    assert counted() == {"Sleep": 2}
    page.unpublish()
    assert counted() == {"Sleep": 1}


def test_what_was_rolled_back_is_not_kept():
    engine, among = engines.embedded(), frozenset({PUBLIC})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        engine.write([Document(key="resource:1", kind="resource", group="resource:1", container=PUBLIC, title="One")])
        assert engine.search(library(), among).total == 1
        raise ZeroDivisionError
    assert engine.search(library(), among).total == 0
    engine.write([Document(key="resource:2", kind="resource", group="resource:2", container=PUBLIC, title="Two")])
    assert [match.key for match in engine.search(library(), among).matches] == ["resource:2"]


def queries_of(query, among):
    with CaptureQueriesContext(connection) as asked:
        engines.embedded().search(query, frozenset(among))
    return len(asked)


def test_nothing_is_read_again_while_nothing_changes():
    engine = engines.embedded()
    engine.write(some_resources())
    asked = [queries_of(library("topic=sleep"), {PUBLIC}) for _ in range(3)]
    assert asked[1] == asked[2] == 2 < asked[0]
    engine.write([Document(key="post:1", kind="discussion", group="thread:1", container=PUBLIC, title="Not of it")])
    assert queries_of(library(), {PUBLIC, "space:3"}) == 2


def test_few_readers_shelves_are_kept(monkeypatch):
    engine = engines.embedded()
    engine.write(some_resources())
    monkeypatch.setattr(shelf, "MOST_KEPT", 2)
    for among in ({PUBLIC}, {"page:7"}, {"page:8"}, {PUBLIC, "page:7"}):
        engine.search(library(), frozenset(among))
    assert len(shelf._shelves.kept) == 2


def test_old_editions_are_forgotten_but_for_the_last():
    engine, among = engines.embedded(), frozenset({PUBLIC})
    assert forgetting.forget_editions() == 0
    engine.write(some_resources(3))
    engine.write(some_resources(4))
    Edition.objects.update(written_at=timezone.now() - 2 * forgetting.EDITIONS_KEPT)
    named = Edition.current()
    assert forgetting.forget_editions() == 1
    assert Edition.objects.count() == 1 and Edition.current() != named
    assert engine.search(library(), among).total == Entry.objects.filter(container=PUBLIC, key__startswith="r").count()
