"""Who may do what in the library. What the CMS asks for stands in accounts.rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.models import ReadingList

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person = User | AnonymousUser


def can_keep_list(user: Person, reading_list: ReadingList) -> bool:
    """Its owner; of a collection every editor."""
    if not user.is_authenticated or not user.is_member:
        return False
    return user.is_editor if reading_list.is_collection else reading_list.owner_id == user.pk
