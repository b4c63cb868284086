import os
import uuid

import pytest

from outbox.actions import drain
from search import engines, events
from search.engines import elasticsearch as cluster_module
from search.engines import elasticsearch_store

NEEDS_ELASTICSEARCH = "needs Elasticsearch: set TEST_ELASTICSEARCH_URL=http://127.0.0.1:9200"
EMBEDDED = pytest.param("embedded", marks=pytest.mark.postgres)
ELASTICSEARCH = pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)


@pytest.fixture
def cluster(db, settings, monkeypatch):
    """The site with an Elasticsearch of its own, empty index and all."""
    url = os.environ.get("TEST_ELASTICSEARCH_URL", "")
    if not url:
        pytest.skip(NEEDS_ELASTICSEARCH)
    # Tests share their machine with much else; here a slow answer is no failure.
    monkeypatch.setattr(elasticsearch_store, "SECONDS", 60)
    settings.ELASTICSEARCH_HOSTS = [url]
    settings.ELASTICSEARCH_INDEX = f"test-search-{uuid.uuid4().hex[:12]}"
    engine = engines.cluster()
    engine.begin_rebuild()
    engine.finish_rebuild()
    yield engine
    engine.remove()
    engine.client.close()
    cluster_module.engine_at.cache_clear()


@pytest.fixture(params=[EMBEDDED, ELASTICSEARCH])
def engine(request, db):
    """Each engine in turn, empty."""
    return request.getfixturevalue("cluster") if request.param == "elasticsearch" else engines.embedded()


@pytest.fixture(params=[EMBEDDED, ELASTICSEARCH])
def settle(request, db):
    """The site with each engine in turn. Call it to have the worker catch up."""
    if request.param == "elasticsearch":
        request.getfixturevalue("cluster")
    return lambda: drain([events.KIND])


@pytest.fixture
def poison(monkeypatch):
    """Makes Elasticsearch refuse the documents with these keys, as a field that it does not know would."""
    keys: set[str] = set()
    source_of = elasticsearch_store.source_of

    def poisoned(document):
        return source_of(document) | ({"surprise": 1} if document.key in keys else {})

    monkeypatch.setattr(elasticsearch_store, "source_of", poisoned)
    return keys
