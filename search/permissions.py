"""Which containers a reader may see, read from the database for each query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from wagtail.models import PageViewRestriction

from accounts.models import User
from accounts.prepared import PreparedForReader
from forum.models import Space
from search.documents import PEOPLE, PUBLIC
from web.privacy import closed_restrictions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def readable_containers(user: User | AnonymousUser) -> frozenset[str]:
    """Everything that this reader's queries may touch: spaces, public and restricted pages, people. One query.

    A page inside two restrictions names the inner one; so the inner one is open only if nothing above it is closed.
    """
    rows = READABLE.rows(user)
    closed = tuple(path for sort, _pk, path, is_closed in rows if is_closed)
    found = {f"{sort}:{pk}" for sort, pk, path, _is_closed in rows if sort == "space" or not path.startswith(closed)}
    sees_people = user.is_authenticated and user.is_active and user.is_member
    return frozenset({PUBLIC, *found, *({PEOPLE} if sees_people else ())})


def _readable(user: User | AnonymousUser) -> QuerySet:
    spaces = Space.objects.readable_by(user).filter(is_reflective=False).order_by()
    as_rows = spaces.values_list(
        Value("space", CharField()), "pk", Value("", CharField()), Value(False, BooleanField())
    )
    return as_rows.union(_restricted(user), all=True) if user.is_authenticated and user.is_active else as_rows


READABLE = PreparedForReader(_readable)


def _restricted(user: User) -> QuerySet:
    """Pages with a privacy of their own, and whether it keeps this reader out. No restriction lets a visitor in."""
    is_closed = Exists(closed_restrictions(user).filter(pk=OuterRef("pk")))
    return PageViewRestriction.objects.order_by().values_list(
        Value("page", CharField()), "page_id", Cast("page__path", CharField()), is_closed
    )
