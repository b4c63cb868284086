"""What editors read about searches: words that two members or more searched for, and which positions are opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from search.asked import names_among, today
from search.models import AskedDay, PositionDay
from search.query import PAGE_SIZE

MOST_ROWS = 50


class Asked(NamedTuple):
    """One search: how often it was made, found nothing, and led somewhere."""

    text: str
    searches: int
    without_results: int
    with_click: int


class Position(NamedTuple):
    """One place of the first page; 0 is what editors chose. `share` is what part of those who saw it opened it."""

    position: int
    shown: int
    clicks: int

    @property
    def share(self) -> int:
        """In per cent."""
        return round(100 * self.clicks / self.shown) if self.shown else 0


@dataclass(frozen=True)
class Report:
    frequent: list[Asked]
    without_results: list[Asked]
    without_clicks: list[Asked]
    positions: list[Position]


def report(days: int) -> Report:
    """Of so many days, today with them. Five queries; what is by now the name of a member is left out."""
    since = today() - dt.timedelta(days=days - 1)
    rows = AskedDay.objects.filter(day__gte=since).values_list("query__text")
    rows = rows.annotate(times=Sum("searches"), nothing=Sum("without_results"), clicked=Sum("with_click"))
    lists = [
        _most(rows.filter(times__gt=0), "-times"),
        _most(rows.filter(nothing__gt=0), "-nothing"),
        _most(rows.filter(times__gt=1, clicked=0, nothing=0), "-times"),
    ]
    names = names_among({each.text for some in lists for each in some})
    frequent, without_results, without_clicks = ([one for one in some if one.text not in names] for some in lists)
    return Report(frequent, without_results, without_clicks, _positions(since))


def _most(rows: QuerySet[Any, Any], order: str) -> list[Asked]:
    return [Asked(*row) for row in rows.order_by(order, "query__text")[:MOST_ROWS]]


def _positions(since: dt.date) -> list[Position]:
    """A page of seven results showed the positions one to seven; it is counted where it ended."""
    rows = PositionDay.objects.filter(day__gte=since, position__lte=PAGE_SIZE).values_list("position")
    counted = {row[0]: row[1:] for row in rows.annotate(Sum("shown"), Sum("clicks"))}
    places = range(PAGE_SIZE, 0, -1)
    shown = dict(zip(places, accumulate(counted.get(place, (0, 0))[0] for place in places), strict=True))
    shown[0] = counted.get(0, (0, 0))[0]
    found = [Position(place, shown[place], counted.get(place, (0, 0))[1]) for place in range(PAGE_SIZE + 1)]
    return [each for each in found if each.shown]
