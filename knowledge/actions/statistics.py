"""Counting how resources are used, by month and without anybody's trace: docs/decisions/what-reading-leaves.md."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from knowledge.models import Feedback, ListItem, ResourceMonth, ResourcePage
from knowledge.models.resource_month import COUNTED

KEPT_MONTHS = 25
# One statement: the month's first reader makes the row, the others count on it.
_COUNT = """
    INSERT INTO knowledge_resourcemonth (page_id, month, views, downloads, helpful, saved, cited)
    VALUES (%s, %s, {first}) ON CONFLICT (month, page_id) DO UPDATE SET {name} = knowledge_resourcemonth.{name} + 1
"""
Found = Callable[[dt.datetime, dt.datetime], "QuerySet"]


def _saved(start: dt.datetime, end: dt.datetime) -> QuerySet:
    return ListItem.objects.filter(added_at__gte=start, added_at__lt=end)


def _helpful(start: dt.datetime, end: dt.datetime) -> QuerySet:
    first, last = timezone.localdate(start), timezone.localdate(end)
    return Feedback.objects.filter(is_helpful=True, day__gte=first, day__lt=last)


# What is counted where it lies; rooms that the library does not know add theirs (see `config`).
_sources: dict[str, list[Found]] = {"saved": [_saved], "helpful": [_helpful]}


def register(name: str, *rows: Found) -> None:
    """`rows(start, end)`: a queryset of that time's rows with a `page`; those of several are added up.

    Errors: ValueError for what is no column.
    """
    if name not in COUNTED:
        raise ValueError(f"Nothing counts {name!r}.")
    _sources[name] = list(rows)


def count(*, page: ResourcePage, name: str) -> None:
    """One view or download more this month. Errors: ValueError for a name that is not in COUNTED."""
    if name not in COUNTED:
        raise ValueError(f"Nothing counts {name!r}.")
    first = ", ".join("1" if each == name else "0" for each in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(first=first, name=name), [page.pk, month_of(timezone.localdate())])


def gather() -> None:
    """Each hour: what lies in other tables, for this month and the last, so that what was taken back is taken off."""
    this = month_of(timezone.localdate())
    for month in (before(this), this):
        for name, rows in _sources.items():
            _gather(month, name, rows)
    ResourceMonth.objects.filter(month__lt=before(this, KEPT_MONTHS)).delete()


@transaction.atomic
def _gather(month: dt.date, name: str, rows: list[Found]) -> None:
    start, end = _midnight(month), _midnight(after(month))
    pages = ResourcePage.objects.order_by().values("pk")
    found: Counter[int] = Counter()
    for each in rows:
        counted = each(start, end).filter(page__in=pages).order_by().values_list("page").annotate(Count("pk"))
        found.update(dict(counted))
    months = ResourceMonth.objects.filter(month=month)
    gone = set(months.filter(**{f"{name}__gt": 0}).values_list("page", flat=True)) - found.keys()
    made = [ResourceMonth(page_id=pk, month=month, **{name: found[pk]}) for pk in sorted({*found, *gone})]
    ResourceMonth.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["month", "page"], update_fields=[name], batch_size=500
    )


def month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def before(month: dt.date, number: int = 1) -> dt.date:
    """So many months earlier."""
    years, place = divmod(month.year * 12 + month.month - 1 - number, 12)
    return dt.date(years, place + 1, 1)


def after(month: dt.date) -> dt.date:
    return before(month, -1)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
