"""What notifications hold about a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import privacy
from accounts.models import User
from notifications.models import Digest, DigestChoice, Following, Notification, Preference


def preferences(person: User) -> Iterable[Mapping[str, Any]]:
    return Preference.objects.filter(person=person).order_by("pk").values("kind", "channel", "wanted")


def told(person: User) -> Iterable[Mapping[str, Any]]:
    """When they were told of what kind of thing; what it said is read anew each time and kept nowhere."""
    rows = Notification.objects.filter(person=person).order_by("pk")
    return rows.values("event__kind", "channel", "created_at", "read_at", "sent_at")


def followed(person: User) -> Iterable[Mapping[str, Any]]:
    """Spaces, topics and people that they follow or have muted."""
    return Following.objects.filter(person=person).order_by("pk").values("kind", "object_id", "wish", "created_at")


def digests(person: User) -> Iterable[Mapping[str, Any]]:
    """How often they want the summary, and the mornings on which it was sent."""
    yield from DigestChoice.objects.filter(person=person).values("frequency")
    yield from Digest.objects.filter(person=person).order_by("pk").values("day")


def register_all() -> None:
    privacy.register("message_choices", preferences)
    privacy.register("messages", told)
    privacy.register("following", followed)
    privacy.register("digests", digests)
