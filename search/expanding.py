"""What a query's words are called elsewhere, added to the query and weighed below what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from search import words
from search.parsing import Addition, Term, Wanted
from search.query import Query
from vocabulary import expansion, folding

# What was added counts a little less than what was typed; a narrower thing less again.
ADDED = 0.7
MOST_ADDITIONS = 12
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


def expanded(query: Query) -> Query:
    """The query with its additions, but those that the reader took out. One small query to the database."""
    if not query.wanted.terms:
        return query
    found: dict[str, Addition] = {}
    for addition in _additions(query.wanted):
        if addition.key not in query.taken_out:
            found.setdefault(addition.key, addition)
    return replace(query, additions=tuple(found.values())[:MOST_ADDITIONS])


def _additions(wanted: Wanted) -> Iterator[Addition]:
    typed = [each.text for each in wanted.typed]
    for each in expansion.expand([folding.fold(word) for word in typed], typed):
        places = {wanted.typed[place].group for place in range(each.start, each.start + each.length)}
        groups = sorted(place for place in places if place is not None)
        if not groups or groups[-1] - groups[0] + 1 != len(groups):
            continue
        said = " ".join(typed[each.start : each.start + each.length])
        present = {term.words for place in groups for term in wanted.terms[place].alternatives}
        for label in each.labels:
            term = Term(tuple(words.read(words.clean(label))), weight=round(ADDED * each.weight, 3))
            if term.words and term.words not in present:
                yield Addition(said, label, term, _key(label), groups[0], len(groups))


def _key(label: str) -> str:
    """What takes an addition out again: letters and hyphens that an address carries as they are."""
    return _NOT_IN_KEYS.sub("-", folding.fold(label)).strip("-")
