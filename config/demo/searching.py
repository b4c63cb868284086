"""What members of the demo searched for: counts for the editors' report, and a search that somebody saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from config.demo.source import read
from search import saved
from search.models import AskedDay, AskedQuery, SavedSearch
from search.query import Query

WEEKS = 4


def count() -> int:
    return sum(map(len, read("searches").values()))


def load(people: dict[str, User], now: datetime) -> Iterator[str]:
    """Once; what is kept of a search is its words and how often, so nobody made these."""
    rows = read("searches")
    for row in rows["asked"]:
        _ask(row, now)
        yield row["text"]
    for row in rows["saved"]:
        person = people[row["person"]]
        if not SavedSearch.objects.filter(person=person).exists():
            query = Query(text=row["query"])
            saved.save(person=person, query=query, name=row["name"], frequency=row["frequency"])
        yield row["name"]


def remove() -> None:
    """Saved searches go with their people."""
    AskedQuery.objects.filter(text__in=[row["text"] for row in read("searches")["asked"]]).delete()


def _ask(row: dict, now: datetime) -> None:
    query, is_new = AskedQuery.objects.get_or_create(text=row["text"])
    if not is_new:
        return
    today, times = timezone.localdate(now), row["a_week"]
    AskedDay.objects.bulk_create(
        AskedDay(
            query=query,
            day=today - timedelta(days=7 * week + 1 + times % 5),
            searches=times,
            without_results=0 if row.get("found", True) else times,
            with_click=row.get("opened", 0),
        )
        for week in range(WEEKS)
    )
