"""What was found by words and what is near in meaning, in one order: by the sum of reciprocal ranks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from search.cursors import Cursor
from search.query import RELEVANCE, Found, Match, Query

# So many of either are fused; what words alone found goes on after them.
DEPTH = 100
# As its authors have it: the first ranks count for more, but not for everything.
SMOOTHING = 60
NAME = "fused"


def is_wanted(query: Query) -> bool:
    """Who sorts otherwise, quotes a phrase or wants exactly these words does not ask for what means the same."""
    is_quoted = any(term.is_quoted for group in query.wanted.terms for term in group.alternatives)
    # Behind what is fused the words alone go on, with the cursor of the engine that has them.
    is_behind = query.position.engine not in ("", NAME)
    return query.has_words and query.order == RELEVANCE and not query.exact and not is_quoted and not is_behind


def first(query: Query) -> Query:
    """What is asked by words for the pages on which both are fused."""
    return replace(query, size=max(DEPTH, query.size), cursor="")


def page(query: Query, found: Found, near: Sequence[Match], complete: int) -> Found:
    """The fused page where the cursor stands. The first `complete` that words found have all of them, and stay first.

    The total is of what words found and of what meaning added; the counts beside the choices are of the words alone.
    """
    every = fused([found.matches, near])
    foremost = {match.group for match in found.matches[:complete]}
    every.sort(key=lambda match: match.group not in foremost)
    seen = query.position.seen
    shown = every[seen : seen + query.size]
    has_more = seen + len(shown) < len(every)
    return replace(
        found,
        matches=shown,
        total=found.total + len(every) - len(found.matches),
        next_cursor=Cursor(NAME, seen + len(shown)).encode() if has_more else found.next_cursor,
    )


def fused(lists: Iterable[Sequence[Match]]) -> list[Match]:
    """Each group once, as the first list that has it shows it."""
    scores: dict[str, float] = {}
    matches: dict[str, Match] = {}
    for matched in lists:
        for place, match in enumerate(matched, start=1):
            scores[match.group] = scores.get(match.group, 0) + 1 / (SMOOTHING + place)
            matches.setdefault(match.group, match)
    return [matches[group] for group in sorted(scores, key=lambda group: -scores[group])]
