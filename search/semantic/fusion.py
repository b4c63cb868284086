"""What was found by words and what is near in meaning, in one order: by the sum of reciprocal ranks."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from search.cursors import Cursor
from search.query import RELEVANCE, Found, Match, Query

# So many of either are fused; what else the words found goes on after them.
DEPTH = 100
# As its authors have it: the first ranks count for more, but not for everything.
SMOOTHING = 60
NAME = "fused"


def is_wanted(query: Query) -> bool:
    """Who sorts otherwise, quotes a phrase or wants exactly these words does not ask for what means the same."""
    is_quoted = any(term.is_quoted for group in query.wanted.terms for term in group.alternatives)
    return query.has_words and query.order == RELEVANCE and not query.exact and not is_quoted


def _is_behind(query: Query) -> bool:
    """Behind what is fused the words alone go on, with the cursor of the engine that has them."""
    return query.position.engine not in ("", NAME)


def by_words(query: Query) -> Query:
    """What is asked by words for this page."""
    return query if _is_behind(query) else replace(query, size=max(DEPTH, query.size), cursor="")


def page(query: Query, answer: Found, near: Sequence[Match], both: Container[str], complete: int) -> Found:
    """The page where the cursor stands. The first `complete` that words found have all of them, and stay first.

    `both` are groups of `near` that words find too, on whichever page: each is shown once, and counted once. The counts
    beside the choices are of the words alone.
    """
    total = answer.total + sum(match.group not in both for match in near)
    if _is_behind(query):
        fused_before = {match.group for match in near}
        return replace(
            answer, matches=[match for match in answer.matches if match.group not in fused_before], total=total
        )
    every = fused([answer.matches, near])
    foremost = {match.group for match in answer.matches[:complete]}
    every.sort(key=lambda match: match.group not in foremost)
    seen = query.position.seen
    shown = every[seen : seen + query.size]
    has_more = seen + len(shown) < len(every)
    cursor = Cursor(NAME, seen + len(shown)).encode() if has_more else answer.next_cursor
    return replace(answer, matches=shown, total=total, next_cursor=cursor)


def fused(lists: Iterable[Sequence[Match]]) -> list[Match]:
    """Each group once, as the first list that has it shows it."""
    scores: dict[str, float] = {}
    matches: dict[str, Match] = {}
    for matched in lists:
        for place, match in enumerate(matched, start=1):
            scores[match.group] = scores.get(match.group, 0) + 1 / (SMOOTHING + place)
            matches.setdefault(match.group, match)
    return [matches[group] for group in sorted(scores, key=lambda group: -scores[group])]
