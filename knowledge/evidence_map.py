"""How much there is on each topic or outcome, by how strong the evidence is in the words of one body at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from knowledge.models import Evidence, ResourcePage
from knowledge.ratings import order
from knowledge.standing import kept
from vocabulary.models import Topic

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

TOPIC, OUTCOME = "topic", "outcome"
MOST_ROWS = 40
MOST_VALUES = 10
# "3" and "3+", "£" and "££", "2" and "−2" months are not the same.
SIGNS = {"+": "plus", "£": "pound", "−": "minus"}
Counts = list[tuple[Any, str, int]]


class SchemeCount(NamedTuple):
    value: str
    name: str
    total: int


class Cell(NamedTuple):
    """`total` resources of a row with one rating; nothing there: 0 and no address."""

    value: str
    total: int
    url: str


class Row(NamedTuple):
    name: str
    cells: list[Cell]
    total: int


@dataclass(frozen=True)
class EvidenceMap:
    scheme: str
    by: str
    values: list[str]
    rows: list[Row]
    # Rows that the map has no room for.
    left_out: int

    @property
    def largest(self) -> int:
        return max((cell.total for row in self.rows for cell in row.cells), default=0)


def rating_slug(scheme: str, value: str) -> str:
    """A body's own rating as a value to filter by; ratings of two bodies are never one value."""
    spelt = re.sub(r"^-(?=\d)", "−", value.strip())
    for sign, word in SIGNS.items():
        spelt = spelt.replace(sign, f" {word} ")
    return f"{scheme}-{slugify(spelt)}"[:120]


def outcome_slug(scheme: str, value: str, outcome: str) -> str:
    """One rating of one outcome: a resource may have another rating of the same outcome, or this one of another."""
    return f"{rating_slug(scheme, value)[:70]}--{slugify(outcome)}"[:120]


def schemes(reader: Reader) -> list[SchemeCount]:
    """The bodies whose ratings this reader may see, the one with most resources first."""

    def count() -> dict[str, int]:
        rows = _ratings(reader).values_list("scheme")
        return dict(rows.annotate(Count("page", distinct=True)))

    numbers = kept("map-schemes", reader, count)
    found = [SchemeCount(value, str(Evidence.Scheme(value).label), total) for value, total in numbers.items()]
    return sorted(found, key=lambda each: (-each.total, each.name))


def evidence_map(scheme: str, by: str, reader: Reader) -> EvidenceMap:
    """One GROUP BY for all cells, and the names of the topics."""
    if by == OUTCOME:
        counts = kept(f"map-outcome-{scheme}", reader, lambda: _by_outcome(scheme, reader))
        names = {outcome: outcome for outcome, _value, _total in counts}
        slugs = names
    else:
        counts = kept(f"map-topic-{scheme}", reader, lambda: _by_topic(scheme, reader))
        topics = list(Topic.objects.values_list("pk", "name", "slug"))
        names = {pk: name for pk, name, _slug in topics}
        slugs = {pk: slug for pk, _name, slug in topics}
    return _drawn(scheme, by, counts, names, slugs)


def _ratings(reader: Reader) -> QuerySet[Evidence]:
    seen = ResourcePage.objects.visible_to(reader).order_by().values("pk")
    return Evidence.objects.filter(measure=Evidence.Measure.STRENGTH, page__in=seen).order_by()


def _by_topic(scheme: str, reader: Reader) -> Counts:
    rows = _ratings(reader).filter(scheme=scheme, page__topics__isnull=False)
    return list(rows.values_list("page__topics", "value").annotate(Count("page", distinct=True)))


def _by_outcome(scheme: str, reader: Reader) -> Counts:
    rows = _ratings(reader).filter(scheme=scheme).exclude(outcome="")
    return list(rows.values_list("outcome", "value").annotate(Count("page", distinct=True)))


def _drawn(scheme: str, by: str, counts: Counts, names: dict[Any, str], slugs: dict[Any, str]) -> EvidenceMap:
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    by_value: dict[str, int] = defaultdict(int)
    for key, value, total in counts:
        if key in names:
            found[key][value] = total
            by_value[value] += total
    common = sorted(by_value, key=lambda value: (-by_value[value], value))[:MOST_VALUES]
    values = sorted(common, key=lambda value: (order(scheme, Evidence.Measure.STRENGTH, value), value))
    rows = [
        Row(names[key], [_cell(scheme, by, slugs[key], value, found[key].get(value, 0)) for value in values], total)
        for key in found
        if (total := sum(found[key].get(value, 0) for value in values))
    ]
    fullest = sorted(rows, key=lambda row: (-row.total, row.name))
    shown = sorted(fullest[:MOST_ROWS], key=lambda row: row.name)
    return EvidenceMap(scheme, by, values, shown, len(rows) - len(shown))


def _cell(scheme: str, by: str, slug: str, value: str, total: int) -> Cell:
    if not total:
        return Cell(value, 0, "")
    if by == OUTCOME:
        chosen = {"outcome": outcome_slug(scheme, value, slug)}
    else:
        chosen = {"topic": slug, "strength": rating_slug(scheme, value)}
    return Cell(value, total, f"{reverse('library')}?{urlencode(chosen)}")
