"""Comparing an index with the rows, document by document, and mending what differs: no rebuilding, flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from search import engines, events, indexing
from search.batches import batches
from search.documents import Document
from search.engines.embedded import Stored
from search.models import Entry, Stamp
from search.sources import Source

if TYPE_CHECKING:
    from search.engines.elasticsearch import ElasticsearchEngine

# More than can be pending.
ALL = 1_000_000
ROWS = 1000


class Differences(NamedTuple):
    """Numbers of documents that an index lacks, has in another state, or has though they are no more."""

    missing: int = 0
    changed: int = 0
    extra: int = 0

    def __add__(self, other: tuple) -> Differences:
        return Differences(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __bool__(self) -> bool:
        return any(self)


class Kept(NamedTuple):
    """An index as this module asks it: which of a row's documents it has and in what state, and how to mend them."""

    states_of: Callable[[Source, list[int], list[Document]], dict[str, object]]
    state: Callable[[Document], object]
    mend: Callable[[Source, list[int]], object]
    rows: Callable[[Source], Iterator[int]]
    # Rows and containers of which it will hear by events anyway are no difference.
    waiting: Callable[[], frozenset[str]] = frozenset


def embedded() -> Kept:
    return Kept(_embedded_states, _embedded_state, indexing.store, _embedded_rows)


def elasticsearch(cluster: ElasticsearchEngine) -> Kept:
    """Errors of all its functions: SearchUnavailable."""
    from search.engines.elasticsearch_store import stored

    return Kept(
        states_of=lambda source, ids, _: dict(cluster.digests_of(map(source.key, ids))),
        state=lambda document: stored(document)["_source"]["digest"],
        # What is refused again is set aside by the worker, where an operator sees it.
        mend=lambda source, ids: indexing.announce_refused({*indexing.copy_to(cluster, source, ids, Stamp.take())}),
        rows=lambda source: (int(owner.partition(":")[2]) for owner in cluster.owners(source.name)),
        waiting=lambda: frozenset(events.pending(ALL)),
    )


def compare(kept: Kept, source: Source, *, mend: bool, tell: Callable[[int], object]) -> Differences:
    """Every row of a source against what an index has of it, then what the index has of rows that are no more."""
    found, waiting = Differences(), kept.waiting()
    for ids in source.batches():
        found += _compare(kept, source, [pk for pk in ids if source.key(pk) not in waiting], mend)
        tell(len(ids))
    for numbers in batches(kept.rows(source), ROWS):
        present = set(source.model._default_manager.filter(pk__in=numbers).values_list("pk", flat=True))
        gone = [pk for pk in numbers if pk not in present and source.key(pk) not in waiting]
        for some in source.light(gone):
            found += _compare(kept, source, some, mend)
    return found


def _compare(kept: Kept, source: Source, ids: list[int], mend: bool) -> Differences:
    if not any(_unlike(kept, source, ids, source.documents_for(ids))):
        return Differences()
    with transaction.atomic():
        # The worker may have indexed a row between the two readings: only what differs while nobody can counts.
        engines.embedded().lock(source, ids)
        ids, documents = _told(kept, source, ids)
        unlike = _unlike(kept, source, ids, documents)
        if mend and any(unlike):
            owners = {document.key: document.owner for document in documents}
            wrong = {owners.get(key, key) for keys in unlike for key in keys}
            # A part that is no more does not say whose it was; few rows of few batches have any.
            known = {source.key(pk): pk for pk in ids}
            kept.mend(source, [known[owner] for owner in wrong] if wrong <= known.keys() else ids)
    return Differences(*map(len, unlike))


def _told(kept: Kept, source: Source, ids: list[int]) -> tuple[list[int], list[Document]]:
    """Those of these rows of which the index has been told everything, and their documents."""
    waiting = kept.waiting()
    documents = source.documents_for([pk for pk in ids if source.key(pk) not in waiting])
    waiting |= {document.owner for document in documents if not waiting.isdisjoint(document.within)}
    told = [pk for pk in ids if source.key(pk) not in waiting]
    return told, [document for document in documents if document.owner not in waiting]


def _unlike(
    kept: Kept, source: Source, ids: list[int], documents: list[Document]
) -> tuple[set[str], set[str], set[str]]:
    """Keys of the documents that the index lacks, has in another state, and has though they are no more."""
    wanted = {document.key: kept.state(document) for document in documents}
    has = kept.states_of(source, ids, documents)
    changed = {key for key in wanted.keys() & has.keys() if wanted[key] != has[key]}
    return wanted.keys() - has.keys(), changed, has.keys() - wanted.keys()


def _embedded_rows(source: Source) -> Iterator[int]:
    entries = Entry.objects.filter(key__startswith=f"{source.name}:").order_by("key").values_list("key", flat=True)
    after = ""
    while keys := list(entries.filter(key__gt=after)[:ROWS]):
        yield from (int(key.partition(":")[2]) for key in keys)
        after = keys[-1]


def _embedded_states(source: Source, ids: list[int], documents: list[Document]) -> dict[str, object]:
    keys = {document.key for document in documents} | set(map(source.key, ids))
    if source.has_parts:
        keys |= set(Entry.objects.filter(group_key__in=map(source.key, ids)).values_list("key", flat=True))
    fields = ("key", "kind", "group_key", "container", "fingerprint", "helpful")
    entries = {
        row[0]: row[1:] for some in batches(keys) for row in Entry.objects.filter(key__in=some).values_list(*fields)
    }
    words = engines.embedded().stored(entries)
    return {key: (*entry, words.get(key)) for key, entry in entries.items()}


def _embedded_state(document: Document) -> object:
    words = Stored(document.date, document.tags, document.texts)
    return (document.kind, document.group, document.container, document.fingerprint, document.helpful, words)
