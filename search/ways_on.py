"""Where to go from a search that found nothing, or little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from search import parsing
from search.facets import FACET_TITLES
from search.query import Query
from search.results import Results
from vocabulary import expansion, folding

MOST_BROADER = MOST_UNFILTERED = 5


class Looser(NamedTuple):
    """The same search without what was chosen of one facet."""

    title: str | Promise
    names: str
    url: str
    total: int


class Unfiltered(NamedTuple):
    """The same search without one operator."""

    typed: str
    url: str


class Broader(NamedTuple):
    """A wider subject to search for."""

    name: str
    url: str


@dataclass(frozen=True)
class WaysOn:
    looser: list[Looser]
    broader: list[Broader]
    unfiltered: list[Unfiltered]
    # The words alone, where quotes or operators stood among them.
    bare: str = ""
    # Whoever is not signed in finds none, whoever there is.
    is_of_people: bool = False


def ways_on(results: Results) -> WaysOn:
    """What each choice keeps away, most first, and wider subjects than what was asked for."""
    query = results.query
    is_of_people = ("kind:person",) in query.limits.tags or "person" in query.chosen.get("kind", ())
    return WaysOn(_looser(results), _broader(query.text), _unfiltered(query), _bare(query.text), is_of_people)


def _bare(text: str) -> str:
    words = parsing.bare(text)
    return words if parsing.parse(words) != parsing.parse(text[: parsing.LONGEST_TEXT]) else ""


def _looser(results: Results) -> list[Looser]:
    query = results.query
    found = []
    for facet, total in results.without.items():
        names = ", ".join(choice.name for choice in results.chosen if choice.facet == facet)
        if total and names:
            others = {name: values for name, values in query.chosen.items() if name != facet}
            found.append(Looser(FACET_TITLES[facet], names, query.address(chosen=others), total))
    return sorted(found, key=lambda each: -each.total)


def _unfiltered(query: Query) -> list[Unfiltered]:
    """Without those operators that were understood: one that named nothing was searched as words."""
    every = parsing.without_each_filter(query.text)
    kept = [(typed, rest) for typed, rest in every if typed.lower().replace('"', "") not in query.plain]
    return [Unfiltered(typed, query.address(text=rest)) for typed, rest in kept[:MOST_UNFILTERED]]


def _broader(text: str) -> list[Broader]:
    """From the vocabulary: what the things that were asked for are a part of."""
    suggestions = expansion.broader(folding.split(text))
    search = reverse("search")
    found = (Broader(each.label, f"{search}?{urlencode({'q': each.label})}") for each in suggestions)
    return list(dict.fromkeys(found))[:MOST_BROADER]
