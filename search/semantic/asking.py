"""What is near to a question in meaning, in whichever index answers it."""

from __future__ import annotations

import logging

from search import engines, semantic
from search.engines.base import SearchUnavailable
from search.query import Match, Query
from search.semantic.fusion import DEPTH

logger = logging.getLogger("commonground.search")


def near(query: Query, containers: frozenset[str], *, in_cluster: bool) -> list[Match]:
    """Up to `DEPTH` groups, nearest first; what cannot be asked adds nothing."""
    from search.semantic.model import Unusable
    from search.semantic.neighbours import neighbours

    try:
        model = semantic.load()
        question = model.embed([_said(query)])[0]
    except Unusable as reason:
        # Once a search, until somebody mends it: an operator who named a model wants to know.
        logger.warning("%s", reason)
        return []
    cluster = engines.cluster() if in_cluster else None
    if cluster is None:
        kept = neighbours(model.name, model.size)
        return engines.embedded().near(query, containers, lambda limit: kept.nearest(question, limit), DEPTH)
    try:
        return cluster.near(query, containers, question.tolist(), DEPTH)
    except SearchUnavailable:
        return []


def _said(query: Query) -> str:
    """The question as it was typed, small words and all; without its operators where it has any."""
    wanted = query.wanted
    if wanted.excluded or wanted.filters:
        return " ".join(typed.text for typed in wanted.typed)
    return query.text
