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


class Without(StrEnum):
    """What is not asked any more."""

    FACET = "facet"
    OPERATOR = "operator"
    FILTERS = "filters"
    SIGNS = "signs"
    LIBRARY = "library"


class Looser(NamedTuple):
    """The same search with less asked; `named` is the facet, or the operator as it was typed, that is left out."""

    sort: Without
    named: str
    query: Query
    total: int = 0


def loosened(query: Query, count: Callable[[Query], int], known: Mapping[str, int] | None = None) -> tuple[Looser, ...]:
    """Every way that finds something, most first. `known` is what there is without each facet, where that was told."""
    query = replace(query, cursor="", size=1, counted=(), needs_all=True)
    ways = [*_facets(query, None if known is not None else MOST_LOOSENED), *_others(query)]
    found = {}
    for each in ways:
        address = each.query.address(), each.query.fixed
        if address not in found and not each.query.is_empty:
            told = known if each.sort == Without.FACET else None
            total = count(each.query) if told is None else told.get(each.named, 0)
            found[address] = each._replace(total=total)
    return tuple(sorted((each for each in found.values() if each.total), key=lambda each: -each.total))


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
