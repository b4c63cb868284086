"""Calling members with @: who is found, and what to write for those who are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import User
from forum.models import Thread
from markup.mentions import mentions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_UNKNOWN = 5
MOST_NAMES = 6
SHORTEST = 2


class Unknown(NamedTuple):
    """Somebody who was called and not found; `handles` are those who may be meant, perhaps none."""

    typed: str
    handles: list[str]


def named(text: str, reader: User | AnonymousUser, thread: Thread | None = None) -> QuerySet[User]:
    """Members whose handle, or a word of whose name, begins with the text.

    Only those who chose to be found, and those who wrote in the thread: this is no way to list everybody.
    """
    words = text.strip()
    found = User.objects.visible_to(reader)
    if len(words) < SHORTEST:
        return found.none()
    begins = Q(display_name__istartswith=words) | Q(display_name__icontains=f" {words}") | Q(handle__istartswith=words)
    may_be_found = Q(is_listed=True)
    if thread is not None:
        may_be_found |= Q(pk__in=thread.posts.filter(hidden_at__isnull=True).values("author"))
    return found.filter(begins, may_be_found).order_by("display_name", "pk")[:MOST_NAMES]


def unknown(source: str, writer: User, thread: Thread | None = None) -> list[Unknown]:
    """Whom a text calls by a name that is no handle. No query where nobody is called; one a name not found."""
    handles = mentions(source)
    if not handles:
        return []
    known = set(User.objects.visible_to(writer).filter(handle__in=handles).values_list("handle", flat=True))
    missing = [handle for handle in handles if handle not in known][:MOST_UNKNOWN]
    return [Unknown(name, list(named(name, writer, thread).values_list("handle", flat=True))) for name in missing]
