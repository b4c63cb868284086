"""What a reader is shown: hits made of rows, facets with their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from accounts.models import User
from forum.models import Post, Thread
from knowledge.models import ResourcePage
from search.highlights import Marker
from search.loading import PageRow, PostRow, Row
from search.query import Addition, Query

if TYPE_CHECKING:
    from search.engines.embedded import Stored

KIND_NAMES: dict[str, str | Promise] = {
    "discussion": _("Discussions"),
    "resource": _("Resources"),
    "webinar": _("Webinars"),
    "person": _("People"),
}
FACET_TITLES: dict[str, str | Promise] = {
    "kind": _("What"),
    "type": _("Kind of resource"),
    "topic": _("Topic"),
    "sector": _("Sector"),
    "place": _("Place"),
}
# The rest of a long facet opens beneath these.
SHOWN_AT_ONCE = 8
MOST_VALUES = 40


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


class Hit(NamedTuple):
    """One result as its row shows it. `title` and `snippet` are escaped, with the query's words marked."""

    kind: str
    label: str | Promise
    title: SafeString
    url: str
    snippet: SafeString
    where: str = ""
    date: datetime | None = None
    year: int | None = None
    sectors: tuple[tuple[str, str], ...] = ()
    replies: int | None = None
    is_answered: bool = False
    name: str = ""


@dataclass(frozen=True)
class Results:
    query: Query
    hits: list[Hit]
    total: int
    facets: list[Facet]
    is_partial_match: bool = False
    is_fallback: bool = False
    complete: int = 0
    additions: tuple[Addition, ...] = ()
    corrected: str = ""
    did_you_mean: str = ""
    next_cursor: str = ""

    @property
    def next_url(self) -> str:
        """The query string of the next page; empty on the last one."""
        return self.query.address(cursor=self.next_cursor) if self.next_cursor else ""

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Every choice by name, with the query string that takes it out again."""
        return [
            (
                value.name,
                self.query.address(chosen=_without(self.query, facet.name, value.value)),
            )
            for facet in self.facets
            for value in (*facet.first, *facet.more)
            if value.is_chosen
        ]


def _without(query: Query, facet: str, value: str) -> dict[str, tuple[str, ...]]:
    return query.with_choice(facet, (one for one in query.chosen[facet] if one != value))


class Names:
    """What topics, sectors and places are called; the shapes of sectors. One query, by hand: it is on every page."""

    def __init__(self, tags: Iterable[str]) -> None:
        places = sorted(tag.removeprefix("place:") for tag in tags if tag.startswith("place:"))
        statement = (
            "SELECT 'topic:' || slug, name, '' FROM vocabulary_topic "
            "UNION ALL SELECT 'sector:' || slug, name, shape FROM vocabulary_sector"
        )
        if places:
            marks = ", ".join("%s" for _ in places)
            statement += f" UNION ALL SELECT 'place:' || slug, name, '' FROM vocabulary_place WHERE slug IN ({marks})"
        with connection.cursor() as cursor:
            cursor.execute(statement, places)
            rows = cursor.fetchall()
        self.names = {tag: name for tag, name, _shape in rows}
        self.shapes = {tag: shape for tag, _name, shape in rows if shape}
        self.types = dict(ResourcePage.Kind.choices)

    def of(self, facet: str, slug: str) -> str | None:
        """None for what has been taken out of the vocabulary."""
        if facet == "kind":
            return str(KIND_NAMES[slug]) if slug in KIND_NAMES else None
        if facet == "type":
            return str(self.types[slug]) if slug in self.types else None
        return self.names.get(f"{facet}:{slug}")


def facets(query: Query, counts: Mapping[str, Mapping[str, int]], names: Names) -> list[Facet]:
    """Checkboxes for each counted facet: chosen ones first, then the most common."""
    made = []
    for facet in query.counted:
        chosen = query.chosen.get(facet, ())
        numbers = {**dict.fromkeys(chosen, 0), **counts.get(facet, {})}
        values = [
            FacetValue(value, name, number, value in chosen)
            for value, number in numbers.items()
            if (name := names.of(facet, value))
        ]
        values.sort(key=lambda value: (not value.is_chosen, -value.number, value.name))
        shown = max(SHOWN_AT_ONCE, len(chosen))
        if values:
            first, more = tuple(values[:shown]), tuple(values[shown:MOST_VALUES])
            made.append(Facet(facet, FACET_TITLES[facet], first, more))
    return made


class Addresses:
    """Addresses of pages from their paths, as Wagtail makes them, without loading the pages."""

    def __init__(self) -> None:
        self.roots = Site.get_site_root_paths()
        self.above = reverse("wagtail_serve", args=[""])

    def of(self, url_path: str) -> str:
        for root in self.roots:
            if url_path.startswith(root.root_path):
                start = root.root_url if len(self.roots) > 1 else ""
                return start + self.above + url_path[len(root.root_path) :]
        return ""


class Rows:
    """Makes hits from rows."""

    def __init__(self, query: Query, stored: Mapping[str, Stored], names: Names) -> None:
        self.marker = Marker(query)
        self.stored = stored
        self.names = names
        self.addresses = Addresses()

    def hit(self, key: str, row: Row) -> Hit:
        if isinstance(row, PostRow):
            return self._post(key, row)
        if isinstance(row, PageRow):
            return self._page(key, row)
        return self._person(key, row)

    def _post(self, key: str, row: PostRow) -> Hit:
        """A reply, or the opening post for its whole thread."""
        thread = Thread(pk=row.thread_id, slug=row.thread__slug)
        is_opening = row.number == 1
        post = Post(pk=row.pk, thread=thread, number=row.number)
        return Hit(
            kind="discussion",
            label=Thread.Kind(row.thread__kind).label if is_opening else _("Reply in a discussion"),
            title=self.marker.whole(row.thread__title),
            url=thread.get_absolute_url() if is_opening else post.get_absolute_url(),
            snippet=self._snippet(key, "body"),
            where=row.thread__space__name,
            date=row.thread__last_post_at if is_opening else row.created_at,
            sectors=self._sectors(key),
            replies=row.thread__reply_count,
            is_answered=row.thread__answer_id is not None,
        )

    def _page(self, key: str, row: PageRow) -> Hit:
        stored = self.stored.get(key)
        is_webinar = not row.kind
        return Hit(
            kind="webinar" if is_webinar else "resource",
            label=_("Webinar") if is_webinar else ResourcePage.Kind(row.kind).label,
            title=self.marker.whole(row.title),
            url=self.addresses.of(row.url_path),
            snippet=self._snippet(key, "summary", "body", "keywords"),
            date=stored.date if stored and is_webinar else None,
            year=row.year,
            where=row.publisher,
            sectors=self._sectors(key),
        )

    def _person(self, key: str, person: User) -> Hit:
        return Hit(
            kind="person",
            label=_("Person"),
            title=self.marker.whole(person.display_name),
            url=person.get_absolute_url(),
            snippet=self._snippet(key, "body"),
            where=", ".join(filter(None, (person.job_title, str(person.place or "")))),
            sectors=self._sectors(key),
            name=person.display_name,
        )

    def _sectors(self, key: str) -> tuple[tuple[str, str], ...]:
        """Name and shape of the first sectors."""
        stored = self.stored.get(key)
        tags = [tag for tag in (stored.tags if stored else ()) if tag in self.names.shapes]
        return tuple((self.names.names[tag], self.names.shapes[tag]) for tag in tags[:3])

    def _snippet(self, key: str, *fields: str) -> SafeString:
        """The passage of these fields that answers best."""
        stored = self.stored.get(key)
        return self.marker.passage(*(stored.texts[name] for name in fields if stored))
