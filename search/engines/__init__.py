"""Which engines this site has."""

from django.conf import settings
from django.db import connection

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.engines.postgres import PostgresEngine
from search.engines.sqlite import SQLiteEngine


def embedded() -> EmbeddedEngine:
    """The index in the site's own database, always kept."""
    return PostgresEngine() if connection.vendor == "postgresql" else SQLiteEngine()


def cluster() -> Engine | None:
    """Elasticsearch, where the site was given one."""
    if not settings.ELASTICSEARCH_HOSTS:
        return None
    from search.engines import elasticsearch

    return elasticsearch.engine()
