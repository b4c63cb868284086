"""What a person suggested for the library. When they leave, what came into the library stays, without their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import privacy
from accounts.models import User
from knowledge.models import Review, Suggestion, SuggestionStep

Rows = Iterable[Mapping[str, Any]]


def suggestions(person: User) -> Rows:
    rows = Suggestion.objects.filter(person=person).order_by("pk")
    return rows.values("pk", "title", "doi", "address", "summary", "reason", "state", "created_at")


def steps(person: User) -> Rows:
    rows = SuggestionStep.objects.filter(actor=person).order_by("pk")
    return rows.values("suggestion", "verb", "text", "at")


def reviews(person: User) -> Rows:
    rows = Review.objects.filter(reviewer=person).order_by("pk")
    return rows.values("page__title", "reviewed_on", "next_due_on")


def forget_unfinished(person: User) -> None:
    """What did not come into the library goes with whoever suggested it, its file too."""
    rows = Suggestion.objects.filter(person=person, page=None).select_related("document")
    for suggestion in rows:
        suggestion.delete()
        if suggestion.document is not None:
            suggestion.document.delete()


def register_all() -> None:
    privacy.register("suggestions", suggestions)
    privacy.register("what_you_did_with_suggestions", steps)
    privacy.register("reviews", reviews)
    privacy.before_leaving(forget_unfinished)
