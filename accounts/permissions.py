"""Who may do what to whom."""

from __future__ import annotations

from accounts.models import User


def can_manage(actor: User, person: User) -> bool:
    """Administrators manage others, never themselves; whoever runs the server only their equals."""
    if not actor.is_active or not actor.is_administrator or actor.pk == person.pk:
        return False
    return actor.is_superuser or not person.is_superuser
