"""Whatever is written, hidden, moved, closed or suspended: nobody is shown, told or counted what they may not see.

Random worlds and random readers. Every text has a word of its own and a topic of its own, so that a leak shows in
whatever names or counts it. What a reader may see is taken from the pages' own rules (`visible_to`), never from search.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, note, settings

from knowledge import announcing
from outbox.actions import drain
from search import attachments, completion, engines, events, learning, similar, spelling
from search.exports import Export
from search.finding import find
from search.permissions import readable_containers
from search.query import Query
from search.results import Results
from tests.search.surfaces import COUNTING, asked_for, everything_said
from tests.search.things import WORD, WRITER, Person, Reader, Thing, names_in
from tests.search.things_library import Webinar
from tests.search.worlds import MOST, ROOMS, World, every_fate, name_of, worlds

# Few, so that everybody runs them; more when asked for.
EXAMPLES = int(os.environ.get("LEAK_EXAMPLES", "4"))
# To find the smallest world that fails takes minutes: when asked for more, too.
PHASES = [phase for phase in Phase if phase != Phase.shrink or "LEAK_EXAMPLES" in os.environ]


def check(world: World) -> None:
    for user in world.readers():
        _check_what_is_said(world, user)
        for text in {WORD, *world.drawn["texts"]}:
            _check_counts(find(Query(text=text, size=MOST), user), world, user)
        _check_writer(user)
        _check_rooms(world, user)
        everything = find(Query(text=WORD, exact=True, counted=()), user).total
        for thing in world.things:
            for word in {thing.name, thing.part} - thing.seen_by(user):
                _check_nothing_says(word, thing, user)
                rest = find(Query(text=f"{WORD} -{word}", exact=True, counted=()), user)
                assert rest.total == everything


def _check_what_is_said(world: World, user: Reader) -> None:
    allowed, closed = world.names_for(user), set(world.rooms_closed_to(user))
    people = {thing.name for thing in world.things if isinstance(thing, Person)}
    for place, text in everything_said(world, user):
        names = names_in(text)
        assert {name for name in names if not _is_room(name)} <= allowed, place
        assert not names & closed, place
        if place.startswith("results."):
            # They agreed to be found here, not to be on a list.
            assert not names & people, place


def _check_the_last_word(world: World) -> None:
    """What is gone is neither shown nor told where the index knows nothing of it. It says what it has of the rest."""
    for user in world.readers():
        allowed = set[str]().union(*(thing.left_to(user) for thing in world.things))
        for place, text in everything_said(world, user):
            if place not in COUNTING:
                assert {name for name in names_in(text) if not _is_room(name)} <= allowed, place
        for word in world.names - allowed:
            # Nor is it said of which thing that is still to be seen the word was found in its file.
            assert not names_in(asked_for(word, user)), word


def _is_room(name: str) -> bool:
    return name.startswith(name_of(ROOMS)[:5])


def _check_counts(results: Results, world: World, user: Reader) -> None:
    """A group for each thing and no more; what is filed under the thing's own topic is counted once."""
    seen = [thing for thing in world.things if thing.seen_by(user)]
    counts = {
        (facet.name, value.value): value.number for facet in results.facets for value in (*facet.first, *facet.more)
    }
    assert not results.is_fallback
    kinds = [number for (facet, _value), number in counts.items() if facet == "kind"]
    assert sum(kinds) == results.total == len(results.hits) <= len(seen)
    own = {value.removeprefix("of-"): number for (_facet, value), number in counts.items() if value.startswith("of-")}
    assert own.items() <= {thing.name: 1 for thing in seen}.items()


def _check_rooms(world: World, user: Reader) -> None:
    """A space that the reader cannot read has no name here; another has."""
    closed = world.rooms_closed_to(user)
    for number in range(len(world.spaces)):
        name = name_of(ROOMS + number)
        asked = find(Query(text=f'in:"room {name}"'), user)
        assert bool(asked.misread) == (name in closed) == (name not in str(completion.complete(name[:-1], user)))
        assert name not in closed or not asked.total


def _check_writer(user: Reader) -> None:
    """Nothing that was written without a name is found by it, and nothing that is found says it."""
    for text in (f"by:{WRITER}", f'by:"{WRITER} unnamed"', f"{WORD} by:{WRITER}", WRITER, f"{WRITER[:-1]}"):
        results = find(Query(text=text), user)
        assert results.total == 0 == len(results.hits)
    assert WRITER not in str(find(Query(text=WORD, size=MOST), user).hits).lower()
    assert WRITER not in str(completion.complete(WRITER[:5], user)).lower()
    assert WRITER not in str(list(Export(Query(text=WORD), user, str).hits())).lower()
    assert WRITER not in str(similar.similar_to(f"{WRITER} {WORD}", user)).lower()


def _check_nothing_says(word: str, thing: Thing, user: Reader) -> None:
    """What may not be seen: by its own word, a misspelling of it, its beginning, or something like it."""
    by = (f"by:{word}",) if isinstance(thing, Person) else ()
    topic = (f"topic:of-{word}",) if word == thing.name else ()
    for text in (word, word.replace("q", "qu"), *by, *topic):
        results = find(Query(text=text), user)
        assert word not in str(results.hits)
        assert results.corrected != word != results.did_you_mean
    assert find(Query(text=word, exact=True), user).total == 0
    # What a choice keeps away is counted too, where nothing is left.
    other = "webinar" if isinstance(thing, Person) else "person"
    assert not find(Query(text=word, chosen={"kind": (other,)}), user).looser
    near = spelling.candidates({f"{word}e": False})[f"{word}e"]
    assert not engines.embedded().known({word, *near}, readable_containers(user)).get(word)
    assert word not in str(completion.complete(word[:5], user))
    assert word not in str(similar.similar_to(f"{word} {WORD}", user))


def check_is_found(world: World, *readers: Reader) -> None:
    """What may be seen: else it would be no wonder that nothing tells of the rest. What is cancelled is not to come."""
    for user in readers:
        for thing in world.things:
            for word in thing.found_by(user):
                assert find(Query(text=word, exact=True, counted=()), user).total == 1, word
            if isinstance(thing, Webinar) and thing.seen_by(user):
                coming = find(Query(text=f"{thing.name} is:open", exact=True, counted=()), user)
                assert coming.total == thing.is_to_come


def run(examples: int, live: Callable[[World], None], begin: Callable[[], None] = lambda: None) -> None:
    """Have these checks made of every world."""

    @given(worlds)
    @_all_of_them
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=PHASES,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def holds(drawn: dict) -> None:
        note(repr(drawn))
        begin()
        cache.clear()
        learning._remembered.clear()
        with transaction.atomic():
            world = World(drawn)
            _settle()
            live(world)
            transaction.set_rollback(True)

    holds()


def changed_and_told(world: World) -> None:
    check_is_found(world, world.moderator)
    for user in world.readers():
        # What is kept for a while is of this time, and so is what alerts have told.
        _check_what_is_said(world, user)
    world.go_on()
    # Now the index is stale: the worker has not run.
    check(world)
    _settle()
    check(world)
    check_is_found(world, *world.readers())


def changed_and_untold(world: World) -> None:
    with mock.patch("search.signals.indexing"), mock.patch("search.signals.attachments"):
        world.go_on()
    _check_the_last_word(world)


def _all_of_them(test):
    for drawn in every_fate():
        test = example(drawn)(test)
    return test


def _settle() -> None:
    """What the worker and its timer do."""
    announcing.refresh()
    drain([events.KIND, attachments.KIND])


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_embedded_index_tells_nobody_what_they_may_not_see():
    run(EXAMPLES, changed_and_told)


@pytest.mark.django_db
@pytest.mark.elasticsearch
def test_a_cluster_tells_nobody_either_before_and_after_its_events(cluster):
    """Before its events are drained the cluster holds old states."""

    def empty() -> None:
        cluster.begin_rebuild()
        cluster.finish_rebuild()

    run(max(EXAMPLES // 2, 1), changed_and_told, empty)


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_database_has_the_last_word_where_the_index_was_not_told():
    run(1, changed_and_untold)
