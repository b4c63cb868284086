"""What nobody has decided about in time goes on to people who were named for that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ADMINISTRATOR, User
from audit.actions import record
from moderation import notifications, registry
from moderation.models import Duty, Escalation, Level, Outsider, Report, not_yet

# What may concern a child does not wait for a moderator's half day.
ABOUT_A_CHILD = (Report.Reason.IDENTIFIES, Report.Reason.HARM)
HELD = (*Report.BY_ITSELF, *ABOUT_A_CHILD)
WAITS = {Level.LEAD: dt.timedelta(hours=2), Level.STAND_IN: dt.timedelta(hours=24)}
REASONS = {Level.LEAD: ABOUT_A_CHILD, Level.STAND_IN: HELD}
AT_ONCE = 100


def escalate() -> int:
    """Tell those named for it of every report that waits too long, once each. Returns how many went on."""
    return sum(_escalate_all(level) for level in WAITS)


def _escalate_all(level: Level) -> int:
    since = timezone.now() - WAITS[level]
    late = Report.objects.waiting().filter(not_yet(level), reason__in=REASONS[level], created_at__lte=since)
    return sum(go_on(pk, level) for pk in list(late.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def go_on(pk: int, level: Level) -> bool:
    """Tell those named for this level of one report; False where it was decided or has gone on before."""
    report = Report.objects.select_for_update().filter(pk=pk).first()
    if report is None or report.state != Report.State.OPEN:
        return False
    made, is_new = Escalation.objects.get_or_create(report=report, level=level)
    if not is_new:
        return False
    summary = registry.summary_of(report.subject)
    author = summary.author.pk if summary and summary.author else None
    place = summary.place if summary else None
    named = Duty.objects.at(place, level).values_list("person", flat=True)
    # Never to the person whom it concerns, nor back to whoever reported it.
    spared = {author, report.concerns_id, report.reporter_id}
    made.told.set(_first_left((named, administrators(), Outsider.objects.active()), spared))
    record(actor=None, verb=f"moderation.escalated.{level.value}", subject=made, detail={"report": report.reference})
    notifications.escalated(made)
    return True


def _first_left(circles: Iterable[Iterable[int]], spared: set[int | None]) -> list[int]:
    """Who is left of the first circle in which anybody is: who looks after all by themselves may have written it."""
    return next((sorted(left) for circle in circles if (left := set(circle) - spared)), [])


def administrators() -> QuerySet[User, int]:
    """Ids of those who look after the whole site."""
    return User.objects.filter(is_active=True, groups__name=ADMINISTRATOR).values_list("pk", flat=True)
