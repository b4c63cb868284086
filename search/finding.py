"""One question in, one answer out: engine, permissions, rows, names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from search import engines, loading, results
from search.engines.base import SearchUnavailable
from search.permissions import readable_containers
from search.query import Found, Query
from search.results import Results

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def find(query: Query, user: User | AnonymousUser) -> Results:
    """What this reader finds, with counts that know nothing of what the reader may not see."""
    containers = readable_containers(user)
    found, is_fallback = _ask(query, containers)
    is_partial = False
    if not found.total and len(query.wanted.terms) > 1:
        looser, is_fallback = _ask(replace(query, needs_all=False), containers)
        is_partial = bool(looser.total)
        found = looser if is_partial else found
    rows = loading.load(found.matches, user)
    seen = [match.key for match in found.matches if match.key in rows]
    stored = engines.embedded().stored(seen)
    names = results.Names(_tags(query, found, stored))
    maker = results.Rows(query, stored, names)
    return Results(
        query=query,
        hits=[maker.hit(key, rows[key]) for key in seen],
        total=found.total,
        facets=results.facets(query, found.counts, names),
        is_partial_match=is_partial,
        is_fallback=is_fallback,
        additions=query.additions,
        next_cursor=found.next_cursor,
    )


def _ask(query: Query, containers: frozenset[str]) -> tuple[Found, bool]:
    """The best engine's answer, and whether it had to be the second best."""
    cluster = engines.cluster()
    if cluster:
        try:
            return cluster.search(query, containers), False
        except SearchUnavailable:
            pass
    return engines.embedded().search(query, containers), cluster is not None


def _tags(query: Query, found: Found, stored: dict) -> set[str]:
    """Everything whose name the page will need."""
    tags = {tag for each in stored.values() for tag in each.tags}
    tags |= {f"{facet}:{value}" for facet, values in found.counts.items() for value in values}
    return tags | {f"{facet}:{value}" for facet, values in query.chosen.items() for value in values}
