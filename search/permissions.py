"""Which containers a reader may see, read from the database for each query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from wagtail.models import PageViewRestriction

from forum.models import Space
from search.documents import PEOPLE, PUBLIC
from web.privacy import closed_restrictions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def readable_containers(user: User | AnonymousUser) -> frozenset[str]:
    """Everything that this reader's queries may touch: spaces, public and restricted pages, people.

    A page inside two restrictions names the inner one; so the inner one is open only if nothing above it is closed.
    """
    spaces = Space.objects.readable_by(user).order_by().values_list("pk", flat=True)
    found = {PUBLIC, *(f"space:{pk}" for pk in spaces)}
    if user.is_authenticated and user.is_active:
        found |= {f"page:{pk}" for pk in _open_pages(user)}
        found |= {PEOPLE} if user.is_member else set()
    return frozenset(found)


def _open_pages(user: User) -> list[int]:
    """Pages with a restriction that lets this reader in. No restriction lets a visitor in."""
    is_closed = Exists(closed_restrictions(user).filter(pk=OuterRef("pk")))
    restricted = PageViewRestriction.objects.annotate(is_closed=is_closed)
    rows = list(restricted.values_list("page_id", "page__path", "is_closed"))
    closed = tuple(path for _pk, path, is_closed in rows if is_closed)
    return [pk for pk, path, _is_closed in rows if not path.startswith(closed)]
