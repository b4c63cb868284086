"""What moderation holds about a person: what they reported, and what was decided about their own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import privacy
from accounts.models import User
from moderation.models import Appeal, Decision, Report


def reports(person: User) -> Iterable[Mapping[str, Any]]:
    rows = Report.objects.filter(reporter=person).order_by("pk")
    return rows.values("reference", "reason", "details", "state", "created_at")


def decisions(person: User) -> Iterable[Mapping[str, Any]]:
    """Without who decided."""
    mine = Decision.objects.filter(author=person).told_to_author()
    return mine.order_by("pk").values("verb", "reason", "decided_at", "until")


def appeals(person: User) -> Iterable[Mapping[str, Any]]:
    mine = Appeal.objects.filter(decision__author=person).order_by("pk")
    return mine.values("decision__verb", "text", "state", "answer", "created_at")


def register_all() -> None:
    privacy.register("reports", reports)
    privacy.register("appeals", appeals)
    privacy.register("decisions_about_your_words", decisions)
