"""What is about the same as a text that somebody writes, or as the page before them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.cache import cache

from forum.models import Space
from search import engines, words
from search.cards import Card, cards
from search.documents import PUBLIC
from search.engines.base import SearchUnavailable
from search.finding import ask
from search.permissions import readable_containers
from search.query import LONGEST_TEXT, Match, Query

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

SHORTEST = 5
LONGEST = 2000
MOST = 5
KINDS = ("discussion", "resource", "webinar")
# Some of these are left out for readers who may not see them.
CANDIDATES = 12
SECONDS = 900


def similar_to(text: str, user: Reader, limit: int = MOST) -> list[Card]:
    """Threads and pages that this reader may see about what somebody has begun to write; what a search would find."""
    text = words.clean(text[:LONGEST_TEXT])
    if len(text) < SHORTEST:
        return []
    query = Query(text=text, counted=(), size=limit * 2, chosen={"kind": KINDS})
    return list(_seen(ask(query, readable_containers(user)).found.matches, user).values())[:limit]


def more_like(key: str, user: Reader, limit: int = MOST) -> list[Card]:
    """Threads and pages about the same as this document that this reader may see on its page. One query."""
    return list(_seen(alike(key), user, is_for_page=True).values())[:limit]


def alike(key: str) -> tuple[Match, ...]:
    """What is about the same as this document, among all that every member may read.

    Worked out once for all readers and kept for a quarter of an hour; what a reader may see of it is asked each time.
    """
    return cache.get_or_set(f"search-like-{key}", lambda: _alike(key), SECONDS) or ()


def _alike(key: str) -> tuple[Match, ...]:
    stored = engines.embedded().stored([key]).get(key)
    if stored is None:
        return ()
    text = " ".join(stored.texts[name] for name in ("title", "keywords", "summary", "body"))[:LONGEST]
    spaces = Space.objects.filter(visibility__in=Space.OPEN).values_list("pk", flat=True)
    containers = frozenset({PUBLIC, *(f"space:{pk}" for pk in spaces)})
    return tuple(_more_like(text, containers, CANDIDATES, without=[key]))


def _more_like(text: str, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
    cluster = engines.cluster()
    if cluster:
        try:
            return cluster.more_like(text, containers, limit, without)
        except SearchUnavailable:
            pass
    return engines.embedded().more_like(text, containers, limit, without)


def _seen(matches: Iterable[Match], user: Reader, *, is_for_page: bool = False) -> dict[str, Card]:
    """By group: of a reply its thread, of a file its resource. People are like nobody else."""
    groups = dict.fromkeys(match.group for match in matches if not match.group.startswith("person:"))
    return cards(groups, user, is_for_page=is_for_page)
