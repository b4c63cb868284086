"""Who may do what to whom."""

from __future__ import annotations

from accounts.models import ADMINISTRATOR, MODERATOR, User


def can_manage(actor: User, person: User) -> bool:
    """Administrators manage others, never themselves; whoever runs the server only their equals."""
    if not actor.is_active or not actor.is_administrator or actor.pk == person.pk:
        return False
    return actor.is_superuser or not person.is_superuser


def can_suspend(actor: User, person: User) -> bool:
    """Moderators close accounts of people without rights of their own; administrators those of others too."""
    if can_manage(actor, person):
        return True
    is_plain = not (person.is_moderator or person.is_editor)
    return actor.is_active and actor.is_moderator and actor.pk != person.pk and is_plain


def needed_as(person: User) -> str | None:
    """The group that would have nobody left without this person: somebody must look after the site and its forum."""
    others = User.objects.filter(is_active=True).exclude(pk=person.pk)
    for group in (ADMINISTRATOR, MODERATOR):
        if person.groups.filter(name=group).exists() and not others.filter(groups__name=group).exists():
            return group
    return None
