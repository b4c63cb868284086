"""Lists of results as files: what the reader may see, and nobody's name."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knowledge import citing
from knowledge.exchange.formats import WRITERS
from knowledge.exchange.record import Item
from knowledge.exchange.references import STYLES
from knowledge.models import ResourcePage
from search import engines, loading
from search.facets import Names
from search.finding import put_to_engine
from search.query import MOST_SEEN, PAGE_SIZE, Match, Query
from search.results import Hit, Rows
from web.spreadsheet import lines

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_ROWS = MOST_SEEN
# Each takes some hundredths of a second to put together.
MOST_FORMATTED = 200


@dataclass(frozen=True)
class Export:
    """A search that somebody takes with them. `absolute` makes a path a whole address."""

    query: Query
    reader: User | AnonymousUser
    absolute: Callable[[str], str]

    def batches(self) -> Iterator[Sequence[Match]]:
        """What was found, a page at a time, but for people: they agreed to be found here, not to be on a list."""
        everything = replace(self.query, counted=(), cursor="", size=MOST_ROWS)
        found = put_to_engine(everything, self.reader).answer.found
        matches = [match for match in found.matches if not match.key.startswith("person:")]
        for start in range(0, len(matches), PAGE_SIZE):
            yield matches[start : start + PAGE_SIZE]

    def hits(self) -> Iterator[Hit]:
        """Rows as the page shows them, with nothing marked."""
        for matches in self.batches():
            rows = loading.load(matches, self.reader)
            stored = engines.embedded().stored(match.key for match in matches if match.key in rows)
            names = Names((tag for each in stored.values() for tag in each.tags), (), self.reader)
            maker = Rows(Query(), stored, names)
            yield from (maker.hit(match, rows[match.key]) for match in matches if match.key in rows)

    def references(self) -> Iterator[Item]:
        """The resources among them, in the order of the results."""
        for matches in self.batches():
            ids = loading.resources_among(matches, self.reader)
            pages = ResourcePage.objects.visible_to(self.reader).defer("body", "practice").in_bulk(ids)
            yield from citing.items((pages[pk] for pk in ids if pk in pages), self.absolute)


def as_csv(export: Export) -> Iterator[str]:
    """A table for spreadsheets, in which no cell is a formula."""
    head = [_("Kind"), _("Title"), _("Address"), _("Where"), _("Place"), _("Date"), _("Sectors"), _("Evidence"),
            _("Replies"), _("Something helped"), _("Text")]  # fmt: skip
    return lines(chain([map(str, head)], (_cells(hit, export.absolute(hit.url)) for hit in export.hits())))


def _cells(hit: Hit, address: str) -> list[str]:
    date = localtime(hit.date).date().isoformat() if hit.date else str(hit.year or "")
    replies = "" if hit.replies is None else str(hit.replies)
    sectors = ", ".join(name for name, _shape in hit.sectors)
    helped = gettext("yes") if hit.is_answered else ""
    texts = [str(hit.label), html.unescape(hit.title), address, hit.where, hit.place, date, sectors, hit.rating]
    return [*texts, replies, helped, html.unescape(hit.snippet)]


def _as(form: str) -> Callable[[Export], Iterator[str]]:
    most = MOST_FORMATTED if form in STYLES else MOST_ROWS
    return lambda export: WRITERS[form].write(islice(export.references(), most))


class Format(NamedTuple):
    title: str | Promise
    content_type: str
    lines: Callable[[Export], Iterator[str]]
    ending: str


# What a format is called in an address.
_ENDINGS = {"bib": "bibtex", "ris": "ris", "json": "csl", "apa": "apa", "harvard": "harvard", "vancouver": "vancouver"}
FORMATS = {
    "csv": Format(_("As a table for a spreadsheet (CSV)"), "text/csv", as_csv, "csv"),
    **{
        name: Format(WRITERS[form].title, WRITERS[form].content_type, _as(form), WRITERS[form].ending)
        for name, form in _ENDINGS.items()
    },
}
