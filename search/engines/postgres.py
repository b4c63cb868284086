"""PostgreSQL's full-text search: a weighted tsvector with a GIN index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Model

from search.documents import WEIGHTS
from search.engines.embedded import EmbeddedEngine, Texts
from search.engines.postgres_ranking import ASKED, CONFIGURATION, LABELS, lacks, ranked
from search.engines.statement import Parts
from search.query import Query, Term
from search.words import read

if TYPE_CHECKING:
    from search.sources import Source

_WRITTEN = f"to_tsquery('{CONFIGURATION}', %s)"
# As a stem or the beginning of one; as it is too, for the stem of "fly" is not how "flyer" begins.
_BEGUN = f"({_WRITTEN} || to_tsquery('simple', %s))"
# Advisory locks take numbers of four bytes.
_LOCKS = 2**31


class PostgresEngine(EmbeddedEngine):
    each_tag = "jsonb_array_elements_text(best.tags) AS tag(value)"
    newest_rank = "-EXTRACT(EPOCH FROM COALESCE(e.date, '0001-01-01Z'))::float8"

    listed = (
        "(SELECT (value ->> 0)::bigint AS rowid, (value ->> 1)::float8 AS score "
        "FROM json_array_elements(%s::json) AS one(value)) AS w"
    )

    def match(self, query: Query) -> Parts:
        return ranked(query)

    having = f"FROM search_words w JOIN search_entry e ON e.id = w.rowid WHERE w.vector @@ {ASKED}"

    def one_word(self, word: str) -> str:
        return Term(tuple(read(word))).in_any_form

    def begins(self, words: Sequence[str]) -> tuple[str, list[Any]] | None:
        if not words:
            return None
        # Words of letters and digits alone: nothing of to_tsquery()'s own language can be among them.
        asked = " && ".join([*(_WRITTEN for _ in words[:-1]), _BEGUN])
        tables = "search_words t JOIN search_entry e ON e.id = t.rowid"
        last = words[-1]
        parameters = [*(f"{word}:A" for word in words[:-1]), f"{last}:A | {last}:*A", f"{last}:*A"]
        return f"SELECT e.key, e.group_key FROM {tables} WHERE t.vector @@ ({asked})", parameters

    def has_key(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        return "e.key = ANY(%s)", [list(values)]

    def has_tag(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        # The operator, which the index answers, and not jsonb_exists_any(), which looks at every row.
        return "e.tags ?| %s", [list(values)]

    def lacks(self, terms: Sequence[Term]) -> tuple[str, list[Any]]:
        return lacks(terms)

    def lock(self, source: Source, ids: list[int], rows: Sequence[Model] = ()) -> None:
        """Without it, two changes to one thread could each write what they read before the other committed."""
        kind, field = source.lock
        numbers = [0]
        if field:
            stored = source.model._default_manager.filter(pk__in=ids).order_by().values_list(field, flat=True)
            found = [getattr(row, field) for row in rows] or stored
            numbers = sorted({number % _LOCKS for number in found})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) AS number", [kind, numbers])

    def put_words(self, rows: list[tuple[int, Texts, Texts]]) -> None:
        # As one list: to read ten thousand parameters takes as long as to find their words.
        values = json.dumps(
            [
                {"rowid": number, **texts, **{f"searched_{name}": indexed[name] for name in WEIGHTS}}
                for number, texts, indexed in rows
            ],
            ensure_ascii=False,
        )
        with connection.cursor() as cursor:
            cursor.execute(_PUT, [values])


_SEARCHED = [f"searched_{name}" for name in WEIGHTS]
_VECTOR = " || ".join(
    f"setweight(to_tsvector('{CONFIGURATION}', searched_{name}), '{LABELS[name]}')" for name in WEIGHTS
)
_PUT = f"""
    INSERT INTO search_words (rowid, {", ".join(WEIGHTS)}, vector)
    SELECT rowid, {", ".join(WEIGHTS)}, {_VECTOR}
    FROM json_to_recordset(%s) AS row (rowid bigint, {", ".join(f"{name} text" for name in (*WEIGHTS, *_SEARCHED))})
    ON CONFLICT (rowid) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in (*WEIGHTS, "vector"))}
"""
