"""Up to four programmes side by side: what each body says of each, in its own words, never on one scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledge.models import Evidence, ResourcePage
from knowledge.standing import kept
from knowledge.templatetags.knowledge_tags import FIELDS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

MOST = 4
MOST_SUGGESTED = 8
MOST_TOPICS = 20
# What is compared of the page itself, in this order; a line that no programme fills is left out.
FACTS: tuple[tuple[str, str | Promise], ...] = (
    ("bottom_line", _("The bottom line")),
    ("ages", _("Children’s age")),
    ("delivered_by", _("Who delivers it")),
    ("delivery", _("How it is delivered")),
    ("study_design", _("How it was studied")),
    ("country", _("Where it comes from")),
    ("sectors", _("For")),
    ("topics", _("Topics")),
)
# The longest text comes last, so that on a phone what is short can be compared without scrolling past it.
LONGEST = ("summary", _("In short"))
NAMED = ("sectors", "topics")


class Cell(NamedTuple):
    """What one programme has in a line: sentences, each with what it is about."""

    page: ResourcePage
    texts: list[tuple[str, str]]


class Line(NamedTuple):
    title: str | Promise
    cells: list[Cell]
    # Said in place of nothing.
    otherwise: str | Promise


@dataclass
class Comparison:
    pages: list[ResourcePage]
    # What all of them have alike is said once: title and text.
    alike: list[tuple[str | Promise, str]] = field(default_factory=list)
    facts: list[Line] = field(default_factory=list)
    ratings: list[Line] = field(default_factory=list)
    longest: Line | None = None


def numbers(texts: Iterable[str]) -> list[int]:
    """The ids in an address, each once, in their order; what is none is left out."""
    found = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(found))


def compare(ids: list[int], reader: Reader) -> Comparison:
    """Those of the first four programmes that this reader may see. A fixed number of queries."""
    pages = ResourcePage.objects.visible_to(reader).filter(kind=ResourcePage.Kind.PROGRAMME)
    seen = pages.defer("body", "families").prefetch_related("evidence", "topics", "sectors").in_bulk(ids)
    found = Comparison([seen[pk] for pk in ids if pk in seen][:MOST])
    for name, title in FACTS:
        texts = [_told(page, name) for page in found.pages]
        if len(texts) > 1 and texts[0] and len(set(texts)) == 1:
            found.alike.append((title, texts[0]))
        elif any(texts):
            found.facts.append(_line(found.pages, title, texts))
    found.ratings = _ratings(found.pages)
    name, title = LONGEST
    if any(texts := [_told(page, name) for page in found.pages]):
        found.longest = _line(found.pages, title, texts)
    return found


def _line(pages: list[ResourcePage], title: str | Promise, texts: list[str]) -> Line:
    return Line(title, [Cell(page, [("", text)]) for page, text in zip(pages, texts, strict=True)], _("Not said"))


def _told(page: ResourcePage, name: str) -> str:
    value = getattr(page, name)
    return ", ".join(map(str, value.all())) if name in NAMED else str(value or "")


def _ratings(pages: list[ResourcePage]) -> list[Line]:
    """A line for each body and what it rates, strength first; in it each value once, with the outcomes rated so."""
    rated: dict[tuple[str, str], dict[int, dict[str, list[str]]]] = {}
    for page in pages:
        for each in page.evidence.all():
            values = rated.setdefault((each.measure, each.scheme), {}).setdefault(page.pk, {})
            outcomes = values.setdefault(each.value, [])
            # Two studies of one outcome may be rated alike.
            if (about := each.outcome or each.about) and about not in outcomes:
                outcomes.append(about)
    measures, schemes = Evidence.Measure.values, Evidence.Scheme.values
    order = sorted(rated, key=lambda key: (measures.index(key[0]), schemes.index(key[1])))
    return [
        Line(
            f"{Evidence.Measure(measure).label}: {Evidence.Scheme(scheme).label}",
            [Cell(page, _said(rated[measure, scheme].get(page.pk, {}))) for page in pages],
            _("Not rated by this body"),
        )
        for measure, scheme in order
    ]


def _said(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(", ".join(outcomes), value) for value, outcomes in values.items()]


def others(pages: list[ResourcePage], reader: Reader) -> list[ResourcePage]:
    """The newest programmes on the same topics, to set beside these; the newest of all where none is chosen yet."""
    topics = sorted({topic.pk for page in pages for topic in page.topics.all()})[:MOST_TOPICS]
    chosen = [page.pk for page in pages]

    def find() -> list[ResourcePage]:
        found = ResourcePage.objects.visible_to(reader).filter(kind=ResourcePage.Kind.PROGRAMME)
        if topics:
            found = found.filter(topics__in=topics).distinct()
        return list(found.order_by("-first_published_at", "-pk").only(*FIELDS)[: MOST_SUGGESTED + MOST])

    near = kept("programmes-" + "-".join(map(str, topics)), reader, find)
    return [page for page in near if page.pk not in chosen][:MOST_SUGGESTED]
