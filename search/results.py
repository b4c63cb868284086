"""What a reader is shown: hits made of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from accounts.models import User
from events.transcripts import clock
from forum.models import Thread
from forum.models.thread import place_url, thread_url
from knowledge.models import ResourcePage
from search.facets import Choice, Facet, Names, choices
from search.highlights import Marker
from search.loading import CollectionRow, FileRow, MomentRow, PageRow, PostRow, Row
from search.loosening import Looser
from search.query import Addition, Match, Query

if TYPE_CHECKING:
    from search.engines.embedded import Stored

# What may stand after an operator that was given something else.
_IS = _("After is: there can be answered, unanswered or, for webinars, open.")
_IN = _(
    "After in: there can be resources, collections, discussions, webinars, people, or the name of a space or place."
)
_DAY = _("After before: and after: there can be a year, a month or a day: 2024, 2024-09 or 2024-09-30.")
_VALUES = {"is": _IS, "-is": _IS, "in": _IN, "-in": _IN, "before": _DAY, "after": _DAY}


class Place(NamedTuple):
    """Where in a result the words stand: a page of a file, a second of a recording."""

    text: str
    url: str
    icon: str


class Hit(NamedTuple):
    """One result as its row shows it. `title` and `snippet` are escaped, with the query's words marked.

    `compare` is the number of a programme, in the library, where programmes can be set side by side.
    """

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
    more: int = 0
    is_answered: bool = False
    is_open: bool = False
    name: str = ""
    found_in: Place | None = None
    place: str = ""
    rating: str = ""
    ratings: int = 0
    compare: int = 0


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
    looser: tuple[Looser, ...] = ()

    @property
    def is_near(self) -> bool:
        """Whether one thing was asked for, and what is about something near was found besides."""
        return self.is_partial_match and len(self.query.wanted.terms) == 1

    @property
    def may_be_near(self) -> bool:
        """Whether what is about something near to what was asked for will do as well."""
        return any(each.term.is_near for each in self.additions)

    @property
    def misread(self) -> tuple[str, ...]:
        """What looks like an operator and is none, or names nothing that the reader may know of."""
        return self.query.wanted.misread

    @property
    def values(self) -> tuple[str | Promise, ...]:
        """What the operators that were misread do take, each once."""
        names = (each.partition(":")[0] for each in self.misread)
        return tuple(dict.fromkeys(_VALUES[name] for name in names if name in _VALUES))

    @property
    def next_url(self) -> str:
        """The query string of the next page; empty on the last one."""
        return self.query.address(cursor=self.next_cursor) if self.next_cursor else ""

    @property
    def chosen(self) -> list[Choice]:
        """Every choice by name, with the query string that takes it out again."""
        return choices(self.query, self.facets)


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
        self.is_library = bool(query.fixed)
        self.stored = stored
        self.names = names
        self.addresses = Addresses()

    def hit(self, match: Match, row: Row) -> Hit:
        if isinstance(row, PostRow):
            return self._post(match, row)
        if isinstance(row, PageRow):
            return self._page(match.key, row)
        if isinstance(row, FileRow):
            return self._page(match.key, row.page)._replace(found_in=_in_file(row))
        if isinstance(row, MomentRow):
            hit = self._page(match.key, row.page)
            second = row.said.second_at(self.marker.place(row.said.text)) if row.said else row.second
            said = _in_recording(row.session, second, hit.url)
            return hit._replace(url=said.url, found_in=said)
        if isinstance(row, CollectionRow):
            return self._collection(match.key, row)
        return self._person(match.key, row)

    def _post(self, match: Match, row: PostRow) -> Hit:
        """A reply, or the opening post for its whole thread."""
        key, is_opening = match.key, row.number == 1
        thread = thread_url(row.thread_id, row.thread__slug)
        return Hit(
            kind="discussion",
            label=Thread.Kind(row.thread__kind).label if is_opening else _("Reply in a discussion"),
            title=self.marker.whole(row.thread__title),
            url=thread if is_opening else place_url(thread, row.number),
            snippet=self._snippet(key, "body"),
            where=row.thread__space__name,
            date=row.thread__last_post_at if is_opening else row.created_at,
            sectors=self._sectors(key),
            replies=row.thread__reply_count,
            more=match.more,
            is_answered=row.thread__answer_id is not None,
            place=self._place(key),
        )

    def _page(self, key: str, row: PageRow) -> Hit:
        stored = self.stored.get(key)
        is_webinar = not row.kind
        ratings = self._names(key, "strength")
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
            is_open=stored is not None and "is:open" in stored.tags,
            place=self._place(key),
            rating=ratings[0] if ratings else "",
            ratings=len(ratings),
            compare=row.pk if self.is_library and row.kind == ResourcePage.Kind.PROGRAMME else 0,
        )

    def _collection(self, key: str, row: CollectionRow) -> Hit:
        return Hit(
            kind="collection",
            label=_("Collection"),
            title=self.marker.whole(row.title),
            url=reverse("reading_list", args=[row.pk]),
            snippet=self._snippet(key, "summary"),
        )

    def _person(self, key: str, person: User) -> Hit:
        return Hit(
            kind="person",
            label=_("Person"),
            title=self.marker.whole(person.display_name),
            url=person.get_absolute_url(),
            snippet=self._snippet(key, "body", "keywords"),
            where=", ".join(filter(None, (person.job_title, str(person.place or "")))),
            sectors=self._sectors(key),
            name=person.display_name,
        )

    def _tags(self, key: str) -> list[str]:
        stored = self.stored.get(key)
        return stored.tags if stored else []

    def _sectors(self, key: str) -> tuple[tuple[str, str], ...]:
        """Name and shape of the first sectors."""
        tags = [tag for tag in self._tags(key) if tag in self.names.shapes]
        return tuple((self.names.names[tag], self.names.shapes[tag]) for tag in tags[:3])

    def _names(self, key: str, facet: str) -> list[str]:
        tags = (tag for tag in self._tags(key) if tag.startswith(f"{facet}:"))
        return [self.names.names[tag] for tag in tags if tag in self.names.names]

    def _place(self, key: str) -> str:
        """The nearest of the places it lies in; they stand from the widest to the nearest."""
        places = self._names(key, "place")
        return places[-1] if places else ""

    def _snippet(self, key: str, *fields: str) -> SafeString:
        """The passage of these fields that answers best."""
        stored = self.stored.get(key)
        return self.marker.passage(*(stored.texts[name] for name in fields if stored))


def _in_file(row: FileRow) -> Place:
    ending = row.filename.rpartition(".")[2]
    url = reverse("files:document", args=[row.document, row.filename])
    names = {"title": row.title, "kind": ending.upper(), "number": row.number}
    if row.number is None:
        return Place(_now("In the file: %(title)s (%(kind)s)") % names, url, "download")
    if ending in ("pptx", "odp"):
        return Place(_now("In the file: %(title)s (%(kind)s), slide %(number)s") % names, url, "download")
    # Browsers' own viewers know how to open a PDF at a page.
    url = f"{url}#page={row.number}"
    return Place(_now("In the file: %(title)s (%(kind)s), page %(number)s") % names, url, "download")


def _in_recording(session: int, second: int, page: str) -> Place:
    query = urlencode({"session": session, "t": second})
    text = _now("Said at %(clock)s in the recording") % {"clock": clock(second)}
    return Place(text, f"{page}?{query}#start-{session}", "clock")
