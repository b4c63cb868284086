"""Can search do its work? For whoever watches the server."""

from __future__ import annotations

from django.db import DatabaseError, connection

from search import engines
from search.engines.base import SearchUnavailable
from search.rebuilding import EMBEDDED, unfinished

BEHIND = (
    "Elasticsearch has not been told of very many changes, so search uses the site's own database until the worker has "
    "told it. Work that was set aside counts: /admin/ shows it."
)


def check() -> str | None:
    """What is wrong, in a sentence, or None. Degraded is not down: with the cluster away, searches still answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM search_words LIMIT 1")
    except DatabaseError:
        return "The embedded search index cannot be read: run manage.py migrate."
    if unfinished(EMBEDDED):
        return "The embedded search index is not built to its end: unless manage.py reindex is running, run it."
    cluster = engines.cluster()
    if cluster is None:
        return None
    try:
        return cluster.check() or (BEHIND if cluster.is_behind() else None)
    except SearchUnavailable:
        return "Elasticsearch does not answer; search uses the site's own database."
