"""What moderation holds about a person: what they reported, and what was decided about their own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from accounts import privacy
from accounts.models import User
from moderation.models import Appeal, Decision, Escalation, Report


def reports(person: User) -> Iterable[Mapping[str, Any]]:
    rows = Report.objects.filter(reporter=person).order_by("pk")
    return rows.values("reference", "reason", "details", "state", "created_at")


def looking(person: User) -> Iterable[Mapping[str, Any]]:
    """What a moderator said to be looking at, until it is decided."""
    return Report.objects.filter(looked_at_by=person).order_by("pk").values("reference", "looking_since")


def decisions(person: User) -> Iterable[Mapping[str, Any]]:
    """Without who decided."""
    mine = Decision.objects.filter(author=person).told_to_author()
    return mine.order_by("pk").values("verb", "reason", "decided_at", "until")


def appeals(person: User) -> Iterable[Mapping[str, Any]]:
    mine = Appeal.objects.filter(decision__author=person).order_by("pk")
    return mine.values("decision__verb", "text", "state", "answer", "created_at")


def log_about(person: Any) -> Q:
    """What the audit log holds of reports about this person, and of what was decided about their own words."""
    reports = Report.objects.filter(concerns=person)
    references = list(reports.values_list("reference", flat=True))
    decisions = list(Decision.objects.filter(author=person).values_list("pk", flat=True))
    escalations = [str(pk) for pk in Escalation.objects.filter(report__in=reports).values_list("pk", flat=True)]
    gone_on = Q(subject_kind=Escalation._meta.label_lower, subject_id__in=escalations)
    return Q(detail__report__in=references) | Q(detail__decision__in=decisions) | gone_on


def register_all() -> None:
    privacy.register("reports", reports)
    privacy.register("reports_you_are_looking_at", looking)
    privacy.register("appeals", appeals)
    privacy.register("decisions_about_your_words", decisions)
