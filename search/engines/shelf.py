"""The library where nothing is typed, kept in memory: who has which tag, a bit for each resource.

To count every tag of fifty thousand resources takes a database twenty times as long as the page; to count the bits that
two numbers share takes microseconds. What is kept belongs to one state of the index (see Edition) and to readers of the
same containers, so that nobody's counts are made of what another may see (docs/decisions/library-kept-in-memory.md).
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, or_
from threading import Lock

from django.db import connection

from search.cursors import next_cursor
from search.engines.statement import NAME, marks
from search.models import Edition, Entry
from search.query import NEWEST, Found, Limits, Match, Query

# The kind of document of which nothing but the library's own page is made.
SHELVED = "resource"
# Readers differ by the private branches of pages that they may open: few kinds of them ask at a time.
MOST_KEPT = 8
_CHUNK = 1000

_ROWS = """
SELECT e.id, e.group_key, CAST(e.tags AS text) FROM search_entry e
WHERE e.kind = %s AND e.container IN ({containers}) ORDER BY {rank}, e.id DESC
"""


def is_for(query: Query) -> bool:
    """Whether these are resources alone, newest first, that nothing but tags narrows."""
    return (
        query.chosen.get("kind") == (SHELVED,)
        and "kind" not in query.counted
        and query.order == NEWEST
        and not query.has_words
        and not query.wanted.excluded
        and query.limits == Limits()
    )


class Shelf:
    """Resources that the same readers may see, newest first; bit n of a tag's number says that the nth has it."""

    def __init__(self, containers: frozenset[str], newest_rank: str) -> None:
        self.numbers = array("q")
        self.more: dict[int, int] = defaultdict(int)
        having: dict[str, array] = defaultdict(lambda: array("l"))
        places: dict[str, int] = {}
        for number, group, tags in _rows(containers, newest_rank):
            place = places.setdefault(group, len(places))
            if place < len(self.numbers):  # a document of a page that stands above
                self.more[place] += 1
                continue
            self.numbers.append(number)
            for tag in json.loads(tags):
                having[tag].append(place)
        self.all = (1 << len(self.numbers)) - 1
        self.tags = {tag: _bits(each, len(self.numbers)) for tag, each in having.items()}
        self.values: dict[str, list[str]] = defaultdict(list)
        for tag in self.tags:
            facet, _, value = tag.partition(":")
            self.values[facet].append(value)

    def found(self, query: Query) -> Found:
        chosen = {facet: self._any(facet, values) for facet, values in query.chosen.items()}
        base = reduce(and_, (bits for facet, bits in chosen.items() if facet not in query.counted), self.all)
        counted = {facet: bits for facet, bits in chosen.items() if facet in query.counted}
        hits = reduce(and_, counted.values(), base)
        # A facet's counts leave out its own choice.
        among = {
            facet: reduce(and_, (bits for other, bits in counted.items() if other != facet), base)
            for facet in query.counted
        }
        lost = {facet: (among[facet] & ~bits).bit_count() for facet, bits in counted.items()}
        places = self._page(hits, query)
        matches, total = self._matches(places), hits.bit_count()
        return Found(
            matches,
            total,
            {facet: self._counts(facet, bits) for facet, bits in among.items()},
            next_cursor(NAME, query.position, [match.key for match in matches], query.size, total),
            {facet: number for facet, number in lost.items() if number},
        )

    def _any(self, facet: str, values: tuple[str, ...]) -> int:
        return reduce(or_, (self.tags.get(f"{facet}:{value}", 0) for value in values), 0)

    def _counts(self, facet: str, among: int) -> Mapping[str, int]:
        numbers = {value: (among & self.tags[f"{facet}:{value}"]).bit_count() for value in self.values.get(facet, ())}
        return {value: number for value, number in numbers.items() if number}

    def _page(self, hits: int, query: Query) -> list[int]:
        """Places of the results on the page that the query asks for."""
        last, skipped = query.position.after(NAME), query.position.seen
        number = Entry.objects.filter(key=last).values_list("pk", flat=True).first() if last else None
        if number is not None and number in self.numbers:
            first = self.numbers.index(number) + 1
            hits, skipped = hits >> first << first, 0
        elif last:
            skipped -= 1  # the last one shown has gone: those before it are counted off
        return list(_set_bits(hits, skipped + query.size))[skipped:]

    def _matches(self, places: list[int]) -> list[Match]:
        keys = Entry.objects.in_bulk([self.numbers[place] for place in places])
        shown = ((place, keys.get(self.numbers[place])) for place in places)
        return [Match(entry.key, entry.group_key, self.more.get(place, 0)) for place, entry in shown if entry]


@dataclass(frozen=True)
class _Shelves:
    """The shelves of one edition, by the containers of their readers. `present`: where resources are at all."""

    edition: tuple[int, int] | None
    present: frozenset[str] = frozenset()
    kept: Mapping[frozenset[str], Shelf] = field(default_factory=dict)


_shelves = _Shelves(None)
_changing = Lock()


def of(containers: frozenset[str], newest_rank: str) -> Shelf:
    """The shelf of whoever may see these containers, as the index is now. One query where nothing has changed."""
    # Read before the rows: what is kept may be newer than its name, and is never older.
    return _kept(Edition.current(), containers) or _made(containers, newest_rank)


def _kept(edition: tuple[int, int], containers: frozenset[str]) -> Shelf | None:
    shelves = _shelves
    return shelves.kept.get(containers & shelves.present) if shelves.edition == edition else None


def _made(containers: frozenset[str], newest_rank: str) -> Shelf:
    """One reader at a time makes it; those who waited find it made."""
    global _shelves
    with _changing:
        edition = Edition.current()
        made = _kept(edition, containers)
        if made:
            return made
        shelves = _shelves
        if shelves.edition != edition:
            here = Entry.objects.filter(kind=SHELVED).order_by().values_list("container", flat=True).distinct()
            shelves = _Shelves(edition, frozenset(here))
        seen = containers & shelves.present
        made = Shelf(seen, newest_rank)
        newest = list(shelves.kept.items())[-MOST_KEPT + 1 :]
        _shelves = replace(shelves, kept=dict([*newest, (seen, made)]))
        return made


def _rows(containers: frozenset[str], newest_rank: str) -> Iterator[tuple[int, str, str]]:
    if not containers:
        return
    statement = _ROWS.format(rank=newest_rank, containers=marks(containers))
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [SHELVED, *sorted(containers)])
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _bits(places: array, size: int) -> int:
    packed = bytearray(size // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


def _set_bits(bits: int, most: int) -> Iterator[int]:
    """The places of the lowest `most` bits."""
    while bits and most:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
        most -= 1
