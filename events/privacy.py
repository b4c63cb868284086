"""What webinars hold about a person, and what becomes of their places when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from accounts import privacy
from accounts.models import User
from events.actions import cancel
from events.models import Registration


def registrations(person: User) -> Iterable[Mapping[str, Any]]:
    rows = Registration.objects.filter(person=person).order_by("pk")
    return rows.values("session__page__title", "session__starts_at", "state", "asked_at", "confirmed_at")


def give_places_back(person: User) -> None:
    """Whoever is next in line gets the place."""
    coming = Registration.objects.current().filter(person=person, session__ends_at__gt=timezone.now())
    for registration in coming.select_related("session").order_by("session"):
        cancel(session=registration.session, person=person)


def register_all() -> None:
    privacy.register("registrations", registrations)
    privacy.before_leaving(give_places_back)
