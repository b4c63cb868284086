"""Which containers a reader may see, read from the database for each query."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    spaces = Space.objects.readable_by(user).values_list("pk", flat=True)
    closed = [restriction.page.path for restriction in closed_restrictions(user)]
    pages = [
        pk
        for pk, path in PageViewRestriction.objects.values_list("page_id", "page__path")
        if not any(path.startswith(above) for above in closed)
    ]
    found = {PUBLIC, *(f"space:{pk}" for pk in spaces), *(f"page:{pk}" for pk in pages)}
    if user.is_authenticated and user.is_active:
        found.add(PEOPLE)
    return frozenset(found)
