"""What search holds about a person: what they saved, and what they had it remember. Counts of searches name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType

from accounts import privacy
from accounts.models import User
from notifications.models import Event
from search.alerts import MESSAGE
from search.models import RecentSearch, SavedSearch


def saved(person: User) -> Iterable[Mapping[str, Any]]:
    rows = SavedSearch.objects.filter(person=person).order_by("pk")
    return rows.values("name", "address", "frequency", "created_at", "checked_at")


def recent(person: User) -> Iterable[Mapping[str, Any]]:
    return RecentSearch.objects.filter(person=person).values("text", "searched_at")


def forget_alerts(person: User) -> None:
    """What was found for them: the events are about the account, and nothing else would take them away."""
    about = ContentType.objects.get_for_model(User)
    Event.objects.filter(kind=MESSAGE, content_type=about, object_id=person.pk).delete()


def register_all() -> None:
    privacy.register("saved_searches", saved)
    privacy.register("recent_searches", recent)
    privacy.before_leaving(forget_alerts)
