"""Who may do what with a webinar that they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.models import Registration, Session

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def can_register(user: User | AnonymousUser) -> bool:
    """Anybody whose e-mail address is confirmed: that is where the address to join goes."""
    return user.is_authenticated and user.is_member


def can_join(session: Session, registration: Registration | None) -> bool:
    """The address to join is for people with a place, from a quarter of an hour before until the end."""
    return bool(registration and registration.is_confirmed and session.join_url and session.is_joinable)


def can_see_people(user: User | AnonymousUser) -> bool:
    """Who registered is for moderators, who run the webinars."""
    return user.is_authenticated and user.is_moderator
