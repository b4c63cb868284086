"""What results can be narrowed by: names of everything that is counted, and checkboxes with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.models import Thread
from knowledge.models import ResourcePage
from search import rated
from search.engines.statement import marks
from search.query import Query

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

KIND_NAMES: dict[str, str | Promise] = {
    "discussion": _("Discussions"),
    "resource": _("Resources"),
    "collection": _("Collections"),
    "webinar": _("Webinars"),
    "person": _("People"),
}
STATE_NAMES: dict[str, str | Promise] = {
    "answered": _("Something helped"),
    "unanswered": _("Questions without an answer"),
    "open": _("Webinars open for registration"),
}
FACET_TITLES: dict[str, str | Promise] = {
    "kind": _("What"),
    "is": _("Only"),
    "type": _("Kind of resource"),
    "topic": _("Topic"),
    "sector": _("Sector"),
    "place": _("Place"),
    "strength": _("Rating of the evidence"),
    "cost": _("Rating of the cost"),
    "impact": _("Rating of the impact"),
    "outcome": _("Rating of one outcome"),
    "year": _("Year"),
}
# In the order in which they stand. The library holds resources alone, whose kinds differ.
EVERYWHERE = ("kind", "is", "topic", "sector", "place", "strength", "year")
IN_LIBRARY = ("type", "topic", "sector", "place", "strength", "cost", "impact", "year")
# The rest of a long facet opens beneath these.
SHOWN_AT_ONCE = 6
MOST_VALUES = 24
# Further down, facets are closed until something in them is chosen.
OPEN_AT_ONCE = 3


class FacetValue(NamedTuple):
    value: str
    name: str
    number: int
    is_chosen: bool


class Facet(NamedTuple):
    """One group of checkboxes."""

    name: str
    title: str | Promise
    first: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    chosen: int
    is_open: bool


class Choice(NamedTuple):
    """Something that the reader chose, with the query string that takes it out again."""

    facet: str
    name: str
    url: str


class Names:
    """What topics, sectors, places and ratings are called; the shapes of sectors. One query, on every page.

    `shown` are tags of what the reader was shown, `chosen` those that stand in an address: one more query for ratings
    among these alone.
    """

    def __init__(self, shown: Iterable[str], chosen: Iterable[str], reader: User | AnonymousUser) -> None:
        shown = set(shown)
        alone = set(chosen) - shown
        tags = shown | alone
        places = sorted(tag.removeprefix("place:") for tag in tags if tag.startswith("place:"))
        statement = (
            "SELECT 'topic', slug, name, '' FROM vocabulary_topic "
            "UNION ALL SELECT 'sector', slug, name, shape FROM vocabulary_sector"
        )
        if places:
            place = "SELECT 'place', slug, name, '' FROM vocabulary_place WHERE slug IN"
            statement += f" UNION ALL {place} ({marks(places)})"
        with connection.cursor() as cursor:
            cursor.execute(statement, places)
            rows = cursor.fetchall()
        self.names = rated.names_of(shown) | rated.names_seen(alone, reader)
        self.shapes: dict[str, str] = {}
        for facet, slug, name, shape in rows:
            self.names[f"{facet}:{slug}"] = name
            if shape:
                self.shapes[f"{facet}:{slug}"] = shape

    def of(self, facet: str, slug: str) -> str | None:
        """None for what has been taken out of the vocabulary."""
        if facet == "year":
            return slug if slug.isdigit() else None
        fixed = {"kind": KIND_NAMES, "type": TYPE_NAMES, "is": STATE_NAMES}.get(facet)
        if fixed is None:
            return self.names.get(f"{facet}:{slug}")
        return str(fixed[slug]) if slug in fixed else None


TYPE_NAMES: dict[str, str | Promise] = {**dict(Thread.Kind.choices), **dict(ResourcePage.Kind.choices)}


def facets(query: Query, counts: Mapping[str, Mapping[str, int]], names: Names) -> list[Facet]:
    """Checkboxes for each counted facet: chosen ones first, then the most common; years from the latest on."""
    made: list[Facet] = []
    for facet in query.counted:
        chosen = query.chosen.get(facet, ())
        numbers = {**dict.fromkeys(chosen, 0), **counts.get(facet, {})}
        values = [
            FacetValue(value, name, number, value in chosen)
            for value, number in numbers.items()
            if (name := names.of(facet, value))
        ]
        if facet == "year":
            values.sort(key=lambda value: value.name, reverse=True)
            values.sort(key=lambda value: not value.is_chosen)
        else:
            values.sort(key=lambda value: (not value.is_chosen, -value.number, value.name))
        if values:
            shown = max(SHOWN_AT_ONCE, len(chosen))
            first, more = tuple(values[:shown]), tuple(values[shown:MOST_VALUES])
            is_open = bool(chosen) or len(made) < OPEN_AT_ONCE
            made.append(Facet(facet, FACET_TITLES[facet], first, more, len(chosen), is_open))
    return made


def choices(query: Query, shown: Iterable[Facet]) -> list[Choice]:
    """Every choice of the reader by name."""
    return [
        Choice(facet.name, value.name, query.address(chosen=without(query, facet.name, value.value)))
        for facet in shown
        for value in (*facet.first, *facet.more)
        if value.is_chosen
    ]


def without(query: Query, facet: str, value: str) -> dict[str, tuple[str, ...]]:
    """What is chosen but for one value."""
    return query.with_choice(facet, (one for one in query.chosen[facet] if one != value))
