"""Where to go from a search that found nothing, or little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from search import parsing
from search.facets import FACET_TITLES
from search.loosening import Looser, Without
from search.results import Results
from vocabulary import expansion, folding

MOST_BROADER = 5
# Of a search that is told in a link.
LONGEST_TOLD = 80


class Way(NamedTuple):
    """The same search with less asked of it."""

    name: str
    url: str
    total: int


class Broader(NamedTuple):
    """A wider subject to search for."""

    name: str
    url: str


@dataclass(frozen=True)
class WaysOn:
    # What was chosen, and the operators as they were typed.
    filters: list[str]
    looser: list[Way]
    broader: list[Broader]
    # Without operators and marks: what there is to ask about, or to suggest.
    words: str
    # Whoever is not signed in finds none, whoever there is.
    is_of_people: bool = False


def ways_on(results: Results) -> WaysOn:
    """What each filter keeps away, most first, and wider subjects than what was asked for."""
    query = results.query
    is_of_people = ("kind:person",) in query.limits.tags or "person" in query.chosen.get("kind", ())
    operators = [typed for typed, _rest in parsing.without_each_filter(query.text, query.plain)]
    filters = [_choice(results, facet) for facet in query.choices] + operators
    looser = [Way(_named(results, each), _address(each), each.total) for each in results.looser]
    return WaysOn(filters, looser, _broader(query.text), parsing.bare(query.text), is_of_people)


def _choice(results: Results, facet: str) -> str:
    # What is chosen by its address may be nothing that has a name.
    names = [choice.name for choice in results.chosen if choice.facet == facet] or results.query.chosen[facet]
    return f"{FACET_TITLES[facet]}: {', '.join(map(str, names))}"


def _named(results: Results, looser: Looser) -> str:
    match looser.sort:
        case Without.FILTERS:
            return _("Without all filters")
        case Without.SIGNS:
            return _("Only the words %(words)s") % {"words": looser.named[:LONGEST_TOLD]}
        case Without.LIBRARY:
            return _("On the whole site, not only in the library")
        case Without.FACET:
            return _("Without “%(filter)s”") % {"filter": _choice(results, looser.named)}
    return _("Without “%(filter)s”") % {"filter": looser.named}


def _address(looser: Looser) -> str:
    """The library's own ways stay in it."""
    asked = looser.query.address()
    return f"{reverse('search')}{asked}" if looser.sort == Without.LIBRARY else asked


def _broader(text: str) -> list[Broader]:
    """From the vocabulary: what the things that were asked for are a part of."""
    suggestions = expansion.broader(folding.split(text))
    search = reverse("search")
    found = (Broader(each.label, f"{search}?{urlencode({'q': each.label})}") for each in suggestions)
    return list(dict.fromkeys(found))[:MOST_BROADER]
