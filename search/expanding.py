"""What a query's words are called elsewhere, added to the query and weighed below what was typed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from math import log
from typing import NamedTuple

from django.db.models import Subquery

from search import engines, inflections, words
from search.models import Entry
from search.query import Query
from search.wanted import Addition, Term, Wanted
from vocabulary import expansion, folding

# What was added counts a little less than what was typed; a thing that is only near to it less again.
ADDED = 0.95
# One everyday word means more things than a name of several words does.
ONE_WORD = 0.8
MOST_ADDITIONS = 12
# Of these so many are what is near, where there is any: some things have twenty names.
FEWEST_NEAR = 3
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


class _Named(NamedTuple):
    """A thing that some typed words name, and its other names."""

    typed: tuple[str, ...]
    groups: tuple[int, ...]
    is_near: bool
    additions: list[Addition]

    def but_for(self, taken_out: Container[str]) -> _Named:
        return self._replace(additions=[each for each in self.additions if each.key not in taken_out])


def expanded(query: Query, containers: frozenset[str]) -> Query:
    """The query with its additions, but those that the reader took out. Three small queries to the database at most.

    Only names that stand in something that the reader may see are added: the others find nothing. What was taken out of
    other words that stood in the box before is forgotten.
    """
    every = list(_named(query.wanted)) if query.wanted.terms else []
    keys = {addition.key for each in every for addition in each.additions}
    query = replace(query, additions=(), taken_out=tuple(key for key in query.taken_out if key in keys))
    named = [each.but_for(query.taken_out) for each in every]
    if not named:
        return query
    counts = engines.embedded().known({text for each in named for text in _texts(each)}, containers)
    documents = _documents()
    seen: set[str] = set()
    lists: dict[tuple[int, int], list[Addition]] = defaultdict(list)
    telling: dict[int, float] = {}
    for number, each in enumerate(named, start=1):
        most = max((counts.get(text, 0) for text in _texts(each)), default=0)
        typed = counts.get(" ".join(each.typed), 0)
        if typed and not each.is_near:
            telling |= dict.fromkeys(each.groups, _rarity(most, documents) / _rarity(typed, documents))
        for addition in _weighed(each, counts, most, documents):
            if addition.key not in seen:
                seen.add(addition.key)
                # One list for each run of typed words, and one for each thing that is near.
                lists[addition.start, number if each.is_near else 0].append(addition)
    places = frozenset(place for each in named for place in each.groups)
    return replace(query, additions=tuple(_best(lists.values())), named=places, telling=telling)


def _documents() -> int:
    """About how many there are. Their numbers run on, with gaps where some were deleted."""
    first, last = (Subquery(Entry.objects.order_by(order).values("pk")[:1]) for order in ("pk", "-pk"))
    for lowest, highest in Entry.objects.order_by("pk").values_list(first, last)[:1]:
        return highest - lowest + 1
    return 0


def _best(lists: Iterable[list[Addition]]) -> list[Addition]:
    """As many as are worth a look-up each, shared out among the lists; what means the same before what is near."""
    every = list(lists)
    near = _in_turn(each for each in every if each[0].term.is_near)
    same = _in_turn(each for each in every if not each[0].term.is_near)
    kept = same[: MOST_ADDITIONS - min(FEWEST_NEAR, len(near))]
    kept += near[: MOST_ADDITIONS - len(kept)]
    return sorted(kept, key=lambda addition: (addition.start, addition.term.is_near))


def _in_turn(lists: Iterable[list[Addition]]) -> list[Addition]:
    """The first of each list, then the second of each, and so on."""
    return [each for turn in zip_longest(*lists) for each in turn if each]


def _named(wanted: Wanted) -> Iterator[_Named]:
    typed = [each.text for each in wanted.typed]
    for each in expansion.expand([folding.fold(word) for word in typed], typed):
        places = {wanted.typed[place].group for place in range(each.start, each.start + each.length)}
        groups = sorted(place for place in places if place is not None)
        if not groups or groups[-1] - groups[0] + 1 != len(groups):
            continue
        said = " ".join(typed[each.start : each.start + each.length])
        present = {term.words for place in groups for term in wanted.terms[place].alternatives}
        read = words.read(words.clean(said))
        is_near = each.weight < expansion.SAME
        additions = []
        for label in each.labels:
            weight = ADDED * each.weight * (ONE_WORD if label.isalpha() and label.islower() else 1)
            term = Term(tuple(words.read(words.clean(label))), weight=weight, is_near=is_near)
            is_new = term.words not in present and not _holds(term.words, read)
            if term.words and is_new:
                additions.append(Addition(said, label, term, _key(label), groups[0], len(groups)))
        yield _Named(tuple(read), tuple(groups), is_near, additions)


def _texts(named: _Named) -> Iterator[str]:
    yield " ".join(named.typed)
    yield from (addition.term.text for addition in named.additions)


def _weighed(named: _Named, counts: dict[str, int], most: int, documents: int) -> Iterator[Addition]:
    """All names of a thing are as telling as the commonest of them: a rare one is no better for being rare."""
    for addition in named.additions:
        count = counts.get(addition.term.text, 0)
        if count:
            weight = addition.weight * _rarity(most, documents) / _rarity(count, documents)
            yield replace(addition, term=replace(addition.term, weight=round(weight, 3)))


def _rarity(count: int, documents: int) -> float:
    return log(1 + max(documents, count) / count)


def _holds(long: Iterable[str], short: Iterable[str]) -> bool:
    """Whether these words stand among the others, side by side and in whichever forms: nothing else finds those."""
    among, wanted = (["", *map(inflections.stem, map(inflections.word_of, each)), ""] for each in (long, short))
    return " ".join(wanted) in " ".join(among)


def _key(label: str) -> str:
    """What takes an addition out again: letters and hyphens that an address carries as they are."""
    return _NOT_IN_KEYS.sub("-", folding.fold(label)).strip("-")
