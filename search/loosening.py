"""A search that found nothing, with less asked of it: what each filter keeps away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from search import parsing
from search.query import Limits, Query

# Of each sort, first come: each costs a search.
MOST_LOOSENED = 3
# Each of thirty words costs as much as one does: so many are searched for anew in all, but two ways tried at least.
MOST_WORDS, FEWEST_TRIED = 60, 2


class Without(StrEnum):
    """What is not asked any more."""

    FACET = "facet"
    OPERATOR = "operator"
    FILTERS = "filters"
    SIGNS = "signs"
    LIBRARY = "library"


_MOST_LEFT_OUT = (Without.FILTERS, Without.SIGNS)


class Looser(NamedTuple):
    """The same search with less asked; `named` is the facet, or the operator as it was typed, that is left out."""

    sort: Without
    named: str
    query: Query
    total: int = 0


def loosened(query: Query, count: Callable[[Query], int], known: Mapping[str, int] | None = None) -> tuple[Looser, ...]:
    """Every way that finds something, most first. `known` is what there is without each facet, where that was told."""
    query = replace(query, cursor="", size=1, counted=(), needs_all=True)
    ways: dict[tuple[str, tuple[str, ...]], Looser] = {}
    for each in (*_facets(query, None if known is not None else MOST_LOOSENED), *_others(query)):
        if not each.query.is_empty:
            ways.setdefault((each.query.address(), each.query.fixed), each)
    told, asked = [], []
    for each in ways.values():
        if known is not None and each.sort == Without.FACET:
            told.append(each._replace(total=known.get(each.named, 0)))
        else:
            asked.append(each)
    counted = [each._replace(total=count(each.query)) for each in _tried(asked, query)]
    return tuple(sorted((each for each in [*told, *counted] if each.total), key=lambda each: -each.total))


def _tried(ways: list[Looser], query: Query) -> list[Looser]:
    """All but of a very long question; of that first what leaves out most."""
    words = sum(len(group.alternatives) for group in query.wanted.terms)
    most = max(FEWEST_TRIED, MOST_WORDS // max(words, 1))
    return ways if len(ways) <= most else sorted(ways, key=lambda each: each.sort not in _MOST_LEFT_OUT)[:most]


def _facets(query: Query, most: int | None) -> Iterator[Looser]:
    for facet in list(query.choices)[:most]:
        others = {name: values for name, values in query.chosen.items() if name != facet}
        yield Looser(Without.FACET, facet, replace(query, chosen=others))


def _others(query: Query) -> Iterator[Looser]:
    fixed = {facet: values for facet, values in query.chosen.items() if facet in query.fixed}
    for typed, rest in parsing.without_each_filter(query.text, query.plain)[:MOST_LOOSENED]:
        yield Looser(Without.OPERATOR, typed, _reworded(query, rest))
    unfiltered = parsing.unfiltered(query.text, query.plain)
    yield Looser(Without.FILTERS, "", replace(_reworded(query, unfiltered), chosen=fixed))
    words = parsing.bare(query.text)
    if words and parsing.parse(words) != parsing.parse(query.text):
        yield Looser(Without.SIGNS, words, replace(_reworded(query, words), chosen=fixed))
    if fixed:
        yield Looser(Without.LIBRARY, "", replace(query, chosen=query.choices, fixed=()))


def _reworded(query: Query, text: str) -> Query:
    """Another text may name other things: its operators are looked up anew, and what it is called elsewhere."""
    return query if text == query.text else replace(query, text=text, plain=frozenset(), limits=Limits(), additions=())
