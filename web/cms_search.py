"""The CMS's own search (pages, images, documents, users), safe for whatever an editor types.

modelsearch hands a query to SQLite's full-text search with its quotation marks and NULs as they are, where they end a
string too early (https://www.sqlite.org/fts5.html#fts5_strings). Words have neither, so they are left out.
"""

from __future__ import annotations

from typing import Any

from modelsearch.backends.base import BaseSearchBackend
from modelsearch.backends.database import SearchBackend as database_backend
from modelsearch.query import And, Or, Phrase, PlainText, SearchQuery

_SIGNS = str.maketrans({'"': " ", "\0": " "})


class _Cleaned:
    def _search(self, compiler: type, query: str | SearchQuery, *args: Any, **options: Any) -> Any:
        return super()._search(compiler, cleaned(query), *args, **options)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:  # noqa: N802  (modelsearch looks for this name)
    """modelsearch's backend for the site's database, which gets every query cleaned."""
    backend = type(database_backend(params))
    return type(backend.__name__, (_Cleaned, backend), {})(params)


def cleaned(query: str | SearchQuery) -> str | SearchQuery:
    """The same query in words that full-text search takes for words; "" when nothing is left to look for."""
    if isinstance(query, str):
        return query.translate(_SIGNS).strip()
    if isinstance(query, (And, Or)):
        parts = [part for part in map(cleaned, query.subqueries) if part]
        return type(query)(parts) if parts else ""
    if isinstance(query, (PlainText, Phrase)):
        query.query_string = query.query_string.translate(_SIGNS).strip()
        return query if query.query_string else ""
    return query
