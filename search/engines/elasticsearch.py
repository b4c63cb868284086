"""Elasticsearch 8: a versioned index behind an alias, written from events in bulk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk
from elasticsearch_dsl import A, Index, Q, Search

from search import events
from search.cursors import MOST_SEEN, Cursor
from search.documents import WEIGHTS, Document
from search.engines.base import Engine, SearchUnavailable
from search.engines.elasticsearch_index import define
from search.query import HELPFUL, NEWEST, RELEVANCE, Found, Group, Match, Query, Term

SECONDS = 3
PATIENT_SECONDS = 60
# A process that met a dead cluster does not ask again for so long, or every search would wait.
PAUSE = 5
# With more than this left to tell, the embedded index answers: it has nothing to leave out.
MOST_PENDING = 5000
MOST_BUCKETS = 200
PRECISION = 10_000

P = ParamSpec("P")
R = TypeVar("R")


def _answering(function: Callable[P, R]) -> Callable[P, R]:
    """Whatever goes wrong between us and the cluster is one error to callers."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (TransportError, ApiError) as error:
            raise SearchUnavailable(type(error).__name__) from error

    return wrapped


class ElasticsearchEngine(Engine):
    name = "elasticsearch"

    def __init__(self, hosts: Iterable[str], alias: str) -> None:
        self.client = Elasticsearch(list(hosts), request_timeout=SECONDS, max_retries=1, retry_on_timeout=False)
        self.patient = self.client.options(request_timeout=PATIENT_SECONDS)
        self.alias = alias
        self.next_alias = f"{alias}-next"
        self._silent_until = 0.0

    def search(self, query: Query, containers: frozenset[str]) -> Found:
        if time.monotonic() < self._silent_until:
            raise SearchUnavailable("It did not answer a moment ago.")
        left_out = events.pending(MOST_PENDING + 1)
        if len(left_out) > MOST_PENDING:
            raise SearchUnavailable("Too much is waiting to be indexed.")
        try:
            return self._found(query, self._request(query, containers, left_out))
        except SearchUnavailable:
            self._silent_until = time.monotonic() + PAUSE
            raise

    def _request(self, query: Query, containers: frozenset[str], left_out: list[str]) -> Search:
        chosen = {
            facet: Q("terms", tags=[f"{facet}:{value}" for value in values]) for facet, values in query.chosen.items()
        }
        counted = {facet: choice for facet, choice in chosen.items() if facet in query.counted}
        must = [Q("terms", container=sorted(containers))]
        must += [choice for facet, choice in chosen.items() if facet not in query.counted]
        without = [_term(term) for term in query.wanted.excluded]
        if left_out:
            without += [Q("ids", values=left_out), Q("terms", within=left_out)]
        request = Search(using=self.client, index=self.alias).query(
            "bool", filter=must, must_not=without, **_scored(query)
        )
        if counted:
            request = request.post_filter("bool", filter=list(counted.values()))
        _count(request, query, counted)
        order: list[Any] = [{"date": "desc"}, {"group": "desc"}]
        first: dict[str, list[Any]] = {NEWEST: [], RELEVANCE: ["_score"], HELPFUL: [{"helpful": "desc"}]}
        request = request.sort(*first[query.order], *order)
        request = request.extra(collapse={"field": "group"}, track_total_hits=False)
        seen = query.position.seen
        request = request.source(False)[seen : seen + query.size]
        return request.params(allow_partial_search_results=False)

    @_answering
    def _found(self, query: Query, request: Search) -> Found:
        answer = request.execute()
        counts = {
            facet: {
                bucket.key.partition(":")[2]: bucket.groups.value
                for bucket in answer.aggregations[facet].values.buckets
            }
            for facet in query.counted
        }
        matches = [Match(hit.meta.id, hit.group[0]) for hit in answer.hits]
        total, seen = answer.aggregations.all.groups.value, query.position.seen + len(matches)
        more = bool(matches) and seen < min(total, MOST_SEEN)
        return Found(matches, total, counts, Cursor(self.name, seen).encode() if more else "")

    @_answering
    def write(self, documents: Iterable[Document], gone: Iterable[str] = (), *, version: int = 1) -> None:
        """Into the live index and the one being built beside it, if any. What is older than `version` gives way."""
        targets = self.targets()
        if not targets:
            raise SearchUnavailable("There is no index yet: run manage.py reindex.")
        actions = [*map(_stored, documents), *({"_op_type": "delete", "_id": key} for key in gone)]
        every = (
            {**action, "_index": target, "version": version, "version_type": "external_gte"}
            for target in targets
            for action in actions
        )
        for succeeded, outcome in streaming_bulk(
            self.patient,
            every,
            raise_on_error=False,
            max_retries=3,
            refresh=True,
            max_chunk_bytes=8 * 1024 * 1024,
        ):
            status = next(iter(outcome.values()))["status"]
            # 409: a newer state is there already; 404: what was to be deleted is not there.
            if not succeeded and status not in (404, 409):
                raise SearchUnavailable(f"A document was refused with status {status}.")
        self._silent_until = 0.0

    def targets(self) -> list[str]:
        """The indices behind our aliases."""
        return sorted({*self._behind(self.alias), *self._behind(self.next_alias)})

    @_answering
    def begin_rebuild(self) -> None:
        """An empty index beside the live one; from now on every write reaches both."""
        self._drop(self._behind(self.next_alias))
        define(Index(f"{self.alias}-{time.time_ns()}", using=self.patient), self.next_alias).create()

    @_answering
    def finish_rebuild(self) -> None:
        """The new index takes the live one's place in one step."""
        new, old = self._behind(self.next_alias), self._behind(self.alias)
        actions: list[dict[str, Any]] = [{"remove": {"index": name, "alias": self.next_alias}} for name in new]
        actions += [{"add": {"index": name, "alias": self.alias}} for name in new]
        actions += [{"remove_index": {"index": name}} for name in old]
        self.patient.indices.update_aliases(actions=actions)

    @_answering
    def remove(self) -> None:
        """Take the indices away."""
        self._drop(self.targets())

    @_answering
    def count(self) -> dict[str, int]:
        request = Search(using=self.client, index=self.alias)[0:0]
        request.aggs.bucket("kinds", A("terms", field="kind"))
        return {bucket.key: bucket.doc_count for bucket in request.execute().aggregations.kinds.buckets}

    @_answering
    def all_keys(self) -> list[str]:
        """The keys of all documents, for comparing with the database."""
        return sorted(hit.meta.id for hit in Search(using=self.client, index=self.alias).source(False).scan())

    def similar_words(self, word: str, containers: frozenset[str], limit: int) -> list[tuple[str, int]]:
        return []

    @_answering
    def complete(self, prefix: str, containers: frozenset[str], limit: int) -> list[Match]:
        return self._matches(Q("match_phrase_prefix", title=prefix), containers, limit)

    @_answering
    def more_like(self, text: str, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
        like = Q("more_like_this", fields=["title", "summary", "body"], like=text, min_term_freq=1, min_doc_freq=1)
        return self._matches(like, containers, limit, without)

    def _matches(self, asked: Any, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
        left_out = events.pending(MOST_PENDING)
        unwanted = [Q("terms", group=list(without)), Q("ids", values=left_out), Q("terms", within=left_out)]
        among = Q("terms", container=sorted(containers))
        request = Search(using=self.client, index=self.alias).query("bool", must=asked, filter=among, must_not=unwanted)
        answer = request.extra(collapse={"field": "group"}).source(False)[:limit].execute()
        return [Match(hit.meta.id, hit.group[0]) for hit in answer.hits]

    @_answering
    def check(self) -> str | None:
        """What is wrong, in a sentence, or None."""
        if not self.client.indices.exists_alias(name=self.alias):
            return "Elasticsearch has no index yet: run manage.py reindex."
        return None

    def _behind(self, alias: str) -> list[str]:
        found = self.patient.options(ignore_status=404).indices.get_alias(name=alias)
        return sorted(found.body) if found.meta.status == 200 else []

    def _drop(self, names: list[str]) -> None:
        if names:
            self.patient.indices.delete(index=names, ignore_unavailable=True)


def _scored(query: Query) -> dict[str, Any]:
    terms = [_any(group) for group in query.groups]
    if query.needs_all:
        return {"must": terms}
    return {"should": terms, "minimum_should_match": 1}


def _any(group: Group) -> Any:
    """What scores best of the alternatives."""
    found = [_term(term) for term in group.alternatives]
    return Q("dis_max", queries=found) if len(found) > 1 else found[0]


def _term(term: Term) -> Any:
    """One word or phrase in any field; text only, never Elasticsearch's own query syntax."""
    fields = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
    kind = "phrase" if len(term.words) > 1 else "most_fields"
    return Q("multi_match", query=term.text, fields=fields, type=kind, boost=term.weight)


def _count(request: Search, query: Query, counted: dict[str, Any]) -> None:
    """Groups in all, and groups for each value of each facet under the other facets' choices."""
    groups = A("cardinality", field="group", precision_threshold=PRECISION)
    request.aggs.bucket("all", _among(list(counted.values()))).metric("groups", groups)
    for facet in query.counted:
        others = [choice for name, choice in counted.items() if name != facet]
        values = A("terms", field="tags", include=f"{facet}:.*", size=MOST_BUCKETS)
        request.aggs.bucket(facet, _among(others)).bucket("values", values).metric("groups", groups)


def _among(choices: list[Any]) -> Any:
    return A("filter", filter=Q("bool", filter=choices) if choices else Q("match_all"))


def _stored(document: Document) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": document.key,
        "_source": {
            **document.texts,
            **{name: list(getattr(document, name)) for name in ("within", "tags")},
            **{name: getattr(document, name) for name in ("kind", "group", "container", "date", "helpful")},
        },
    }


@lru_cache(maxsize=4)
def engine_at(hosts: tuple[str, ...], alias: str) -> ElasticsearchEngine:
    return ElasticsearchEngine(hosts, alias)


def engine() -> ElasticsearchEngine:
    """The site's cluster. One client a process, with its open connections."""
    return engine_at(tuple(settings.ELASTICSEARCH_HOSTS), settings.ELASTICSEARCH_INDEX)
