"""PostgreSQL's full-text search: a weighted tsvector with a GIN index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from search.documents import WEIGHTS
from search.engines.embedded import EmbeddedEngine, Parts, Texts
from search.engines.postgres_ranking import LABELS, lacks, ranked
from search.query import Query, Term

if TYPE_CHECKING:
    from search.sources import Source

# Advisory locks take numbers of four bytes.
_LOCKS = 2**31


class PostgresEngine(EmbeddedEngine):
    each_tag = "jsonb_array_elements_text(best.tags) AS tag(value)"
    newest_rank = "-EXTRACT(EPOCH FROM COALESCE(e.date, '0001-01-01Z'))::float8"

    def match(self, query: Query) -> Parts:
        return ranked(query)

    def has_tag(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        return "jsonb_exists_any(e.tags, %s)", [list(values)]

    def lacks(self, terms: Sequence[Term]) -> tuple[str, list[Any]]:
        return lacks(terms)

    def lock(self, source: Source, ids: list[int]) -> None:
        """Without it, two changes to one thread could each write what they read before the other committed."""
        kind, field = source.lock
        numbers = [0]
        if field:
            rows = source.model._default_manager.filter(pk__in=ids).order_by().values_list(field, flat=True)
            numbers = sorted({number % _LOCKS for number in rows})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) AS number", [kind, numbers])

    def insert_words(self, rows: list[tuple[int, Texts, Texts]]) -> None:
        columns = ", ".join(("rowid", *WEIGHTS, "vector"))
        marks = ", ".join("%s" for _ in range(len(WEIGHTS) + 1))
        vector = " || ".join(f"setweight(to_tsvector('english', %s), '{LABELS[name]}')" for name in WEIGHTS)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO search_words ({columns}) VALUES ({marks}, {vector})",
                [(number, *texts.values(), *indexed.values()) for number, texts, indexed in rows],
            )
