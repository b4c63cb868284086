"""SQLite's full-text search, FTS5, ranked by bm25 with a weight for each field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from search.documents import WEIGHTS
from search.engines.embedded import EmbeddedEngine
from search.query import Query, Term


class SQLiteEngine(EmbeddedEngine):
    each_tag = "json_each(best.tags) AS tag"
    newest_rank = "-COALESCE((julianday(e.date) - 2440587.5) * 86400.0, -1e12)"

    def match(self, query: Query) -> tuple[str, list[Any], str, list[Any]]:
        weights = ", ".join(str(weight) for weight in WEIGHTS.values())
        return "w.search_words MATCH %s", [_expression(query)], f"bm25(search_words, {weights})", []

    def has_tag(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        marks = ", ".join("%s" for _ in values)
        return f"EXISTS (SELECT 1 FROM json_each(e.tags) AS one WHERE one.value IN ({marks}))", list(values)

    def insert_words(self, rows: list[tuple[int, dict[str, str]]]) -> None:
        columns = ", ".join(("rowid", *WEIGHTS))
        marks = ", ".join("%s" for _ in range(len(WEIGHTS) + 1))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO search_words ({columns}) VALUES ({marks})",
                [(number, *texts.values()) for number, texts in rows],
            )


def _expression(query: Query) -> str:
    """An FTS5 query in which every word stands in quotes, so that none of its syntax can be typed."""
    groups = ("(" + " OR ".join(_quoted(term) for term in group.alternatives) + ")" for group in query.groups)
    found = (" AND " if query.needs_all else " OR ").join(groups)
    if query.wanted.excluded:
        found = f"({found}) NOT ({' OR '.join(_quoted(term) for term in query.wanted.excluded)})"
    return found


def _quoted(term: Term) -> str:
    return '"' + term.text.replace('"', '""') + '"'
