"""What is measured against: plain Lucene BM25, with Elasticsearch's own English analyser and nothing of ours."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import bulk

from bench.quality.scores import WIDE
from bench.quality.sets import JudgedSet
from bench.quality.timed import Measured

FIELDS = ["title^2", "body"]


def answers(url: str) -> bool:
    try:
        return bool(Elasticsearch(url, request_timeout=5).info())
    except (TransportError, ApiError, ValueError):
        return False


def measure(url: str, judged: JudgedSet) -> Measured:
    """An index of its own, filled, asked and taken away."""
    client, index = Elasticsearch(url, request_timeout=120), f"quality-lucene-{uuid.uuid4().hex[:12]}"
    text = {"type": "text", "analyzer": "english"}
    client.indices.create(
        index=index,
        settings={"number_of_shards": 1, "number_of_replicas": 0},
        mappings={"properties": {"title": text, "body": text}},
    )
    try:
        bulk(client, _actions(index, judged), refresh=True)
        keys = [text.key for text in judged.documents()]
        run, seconds = {}, []
        for key, query in judged.queries.items():
            started = time.perf_counter()
            run[key] = [keys[number] for number in _ranked(client, index, query)]
            seconds.append(time.perf_counter() - started)
        return Measured(run, seconds)
    finally:
        client.indices.delete(index=index)


def _actions(index: str, judged: JudgedSet) -> Iterator[dict[str, object]]:
    """By number: a set's own keys can be anything."""
    for number, text in enumerate(judged.documents()):
        yield {"_index": index, "_id": str(number), "_source": {"title": text.title, "body": text.body}}


def _ranked(client: Elasticsearch, index: str, query: str) -> list[int]:
    match = {"multi_match": {"query": query, "fields": FIELDS, "type": "most_fields"}}
    answer = client.search(index=index, query=match, size=WIDE, source=False)
    return [int(hit["_id"]) for hit in answer["hits"]["hits"]]
