"""Which engines this site has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from search.engines.embedded import EmbeddedEngine
from search.engines.postgres import PostgresEngine
from search.engines.sqlite import SQLiteEngine

if TYPE_CHECKING:
    from search.engines.elasticsearch import ElasticsearchEngine


def embedded() -> EmbeddedEngine:
    """The index in the site's own database, always kept."""
    return PostgresEngine() if connection.vendor == "postgresql" else SQLiteEngine()


def cluster() -> ElasticsearchEngine | None:
    """Elasticsearch, where the site was given one."""
    if not settings.ELASTICSEARCH_HOSTS:
        return None
    # The client and its parts cost memory and time that a site without a cluster need not spend.
    from search.engines import elasticsearch

    return elasticsearch.engine()
