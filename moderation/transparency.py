"""What was reported and decided within a year, in numbers only: for the public and the regulator."""

from __future__ import annotations

import datetime as dt
from statistics import median
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from moderation.models import Appeal, Decision, Escalation, Level, Report

_KEPT_APART = (Report.Reason.STAFF, Report.State.PASSED_ON, Level.OUTSIDER)
_AUDITED = {
    "accounts.suspended": _("Accounts suspended"),
    "accounts.reinstated": _("Accounts let back in"),
    "post.deleted": _("Posts taken back by their authors"),
}


class Line(NamedTuple):
    label: str | Promise
    number: int | float | None


class Section(NamedTuple):
    title: str | Promise
    lines: list[Line]


def years() -> list[int]:
    """From the first report or decision to this year, the newest first."""
    dates = (
        Report.objects.ordinary().aggregate(first=Min("created_at"))["first"],
        Decision.objects.aggregate(first=Min("decided_at"))["first"],
    )
    now = timezone.localdate().year
    first = min((timezone.localdate(date).year for date in dates if date), default=now)
    return list(range(now, first - 1, -1))


def report_of(year: int) -> list[Section]:
    """Every number of a calendar year, by the site's own time. A number of queries that never grows."""
    zone = timezone.get_default_timezone()
    begin, end = (dt.datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    # Allegations against staff are few: their number alone could tell somebody that there is one about them.
    reports = Report.objects.ordinary().filter(created_at__gte=begin, created_at__lt=end)
    decisions = Decision.objects.filter(decided_at__gte=begin, decided_at__lt=end)
    appeals = Appeal.objects.filter(created_at__gte=begin, created_at__lt=end)
    gone_on = Escalation.objects.ordinary().filter(created_at__gte=begin, created_at__lt=end)
    entries = Entry.objects.filter(at__gte=begin, at__lt=end, verb__in=_AUDITED)
    return [
        Section(_("What was reported, by reason"), _choices(reports, "reason", Report.Reason)),
        Section(_("Who reported it"), _by_whom(reports)),
        Section(_("What became of it"), [*_choices(reports, "state", Report.State), *_hours(reports)]),
        Section(_("What was decided"), _choices(decisions, "verb", Decision.Verb)),
        Section(_("Appeals"), _choices(appeals, "state", Appeal.State)),
        Section(_("What waited too long and went on"), _choices(gone_on, "level", Level)),
        Section(_("People and their posts"), _audited(entries)),
    ]


def _choices(rows: QuerySet, field: str, choices: type) -> list[Line]:
    numbers = dict(rows.order_by().values_list(field).annotate(Count("pk")))
    shown = [choice for choice in choices.choices if choice[0] not in _KEPT_APART]  # type: ignore[attr-defined]
    return [Line(label, numbers.get(value, 0)) for value, label in shown]


def _by_whom(reports: QuerySet[Report]) -> list[Line]:
    itself = Q(reason__in=Report.BY_ITSELF)
    outside = Q(is_from_outside=True)
    numbers = reports.aggregate(
        itself=Count("pk", filter=itself),
        outside=Count("pk", filter=outside),
        members=Count("pk", filter=~itself & ~outside),
    )
    return [
        Line(_("Members"), numbers["members"]),
        Line(_("People without an account"), numbers["outside"]),
        Line(_("The site, by itself"), numbers["itself"]),
    ]


def _hours(reports: QuerySet[Report]) -> list[Line]:
    """From a report to the first decision of a person about it."""
    by_people = Q(decisions__decided_by__isnull=False) & ~Q(decisions__verb=Decision.Verb.HOLD)
    decided = reports.annotate(decided_at=Min("decisions__decided_at", filter=by_people))
    rows = decided.filter(decided_at__isnull=False).values_list("created_at", "decided_at")
    hours = [(end - begin).total_seconds() / 3600 for begin, end in rows.iterator()]
    return [Line(_("Hours until half of them were decided"), round(median(hours), 1) if hours else None)]


def _audited(entries: QuerySet[Entry]) -> list[Line]:
    numbers = dict(entries.order_by().values_list("verb").annotate(Count("pk")))
    return [Line(label, numbers.get(verb, 0)) for verb, label in _AUDITED.items()]
