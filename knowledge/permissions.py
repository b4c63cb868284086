"""Who may do what in the library. What the CMS asks for stands in accounts.rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.models import LibraryPage, ReadingList

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person = User | AnonymousUser


def can_keep_list(user: Person, reading_list: ReadingList) -> bool:
    """Its owner; of a collection every editor."""
    if not user.is_authenticated or not user.is_member:
        return False
    return user.is_editor if reading_list.is_collection else reading_list.owner_id == user.pk


def can_import(user: Person) -> bool:
    """Whoever may add pages to the library."""
    library = LibraryPage.objects.first()
    return bool(library and library.permissions_for_user(user).can_add_subpage())


def can_publish_imports(user: Person) -> bool:
    """Editors: a moderator's pages each wait for a look."""
    return user.is_authenticated and user.is_editor and can_import(user)


def can_harvest(user: Person) -> bool:
    """Editors: a repository fills the library with drafts for as long as nobody stops it."""
    return can_publish_imports(user)
