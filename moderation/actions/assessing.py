"""Keeping assessments: each time a new version, never another one changed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from moderation import reminders
from moderation.models import Assessment

if TYPE_CHECKING:
    from accounts.models import User


@by_active("actor")
def assess(*, kind: str, answers: dict[str, str], signed_by: str, review_by: dt.date, actor: User) -> Assessment:
    """A new version. IntegrityError where somebody kept the same version at the same moment."""
    last = Assessment.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    made = Assessment.objects.create(
        kind=kind, version=last + 1, answers=answers, signed_by=signed_by, review_by=review_by, made_by=actor
    )
    record(actor=actor, verb="moderation.assessed", subject=made, detail={"kind": kind, "version": made.version})
    return made


def remind_of_reviews() -> int:
    """On the day on which a review falls due: one message to those who look after the site. Returns how many."""
    due = Assessment.objects.newest().filter(review_by=timezone.localdate())
    for assessment in due:
        reminders.review_due(assessment)
    return len(due)
