"""PostgreSQL's full-text search: a weighted tsvector with a GIN index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from search.documents import WEIGHTS
from search.engines.embedded import EmbeddedEngine, Parts
from search.query import Query
from search.words import fold

if TYPE_CHECKING:
    from search.sources import Source

# PostgreSQL knows four weights; summary and keywords share one.
_LABELS = {"title": "A", "keywords": "B", "summary": "B", "body": "C", "context": "D"}
# Advisory locks take numbers of four bytes.
_LOCKS = 2**31
_RANKS = [WEIGHTS[name] / WEIGHTS["title"] for name in ("context", "body", "summary", "title")]


class PostgresEngine(EmbeddedEngine):
    each_tag = "jsonb_array_elements_text(best.tags) AS tag(value)"
    newest_rank = "-EXTRACT(EPOCH FROM COALESCE(e.date, '0001-01-01Z'))::float8"

    def match(self, query: Query) -> Parts:
        expression, parameters = _expression(query)
        score = f"-ts_rank(ARRAY[{', '.join(map(str, _RANKS))}]::real[], w.vector, {expression}, 1)::float8"
        return Parts("search_words w", [f"w.vector @@ {expression}"], list(parameters), score, parameters)

    def has_tag(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        return "jsonb_exists_any(e.tags, %s)", [list(values)]

    def lock(self, source: Source, ids: list[int]) -> None:
        """Without it, two changes to one thread could each write what they read before the other committed."""
        kind, field = source.lock
        numbers = [0]
        if field:
            rows = source.model._default_manager.filter(pk__in=ids).order_by().values_list(field, flat=True)
            numbers = sorted({number % _LOCKS for number in rows})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) AS number", [kind, numbers])

    def insert_words(self, rows: list[tuple[int, dict[str, str]]]) -> None:
        columns = ", ".join(("rowid", *WEIGHTS, "vector"))
        marks = ", ".join("%s" for _ in range(len(WEIGHTS) + 1))
        vector = " || ".join(f"setweight(to_tsvector('english', %s), '{_LABELS[name]}')" for name in WEIGHTS)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO search_words ({columns}) VALUES ({marks}, {vector})",
                [(number, *texts.values(), *map(fold, texts.values())) for number, texts in rows],
            )


def _expression(query: Query) -> tuple[str, list[Any]]:
    """A tsquery built by PostgreSQL itself from plain words, so that none of its operators can be typed."""
    one = "phraseto_tsquery('english', %s)"
    terms = [term for group in query.groups for term in group.alternatives]
    groups = ("(" + " || ".join(one for _ in group.alternatives) + ")" for group in query.groups)
    found = (" && " if query.needs_all else " || ").join(groups)
    for _ in query.wanted.excluded:
        found = f"({found}) && !!{one}"
    return f"({found})", [term.text for term in (*terms, *query.wanted.excluded)]
