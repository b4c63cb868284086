"""Elasticsearch 8: what readers ask of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError
from elasticsearch_dsl import A, Q, Search

from search import events, words
from search.cursors import next_cursor
from search.engines import elasticsearch_query as queries
from search.engines.base import Engine, SearchUnavailable
from search.engines.elasticsearch_index import shape
from search.engines.elasticsearch_store import NO_INDEX, NOT_ITSELF, OTHER_SHAPE, ElasticsearchStore, answering
from search.query import Found, Match, Query

# A process that met a dead cluster does not ask again for so long, or every search would wait.
PAUSE = 5
# How long a process believes that the live index has the shape that it knows.
KNOWN_SHAPE = 30
# With more than this left to tell, the embedded index answers: it has nothing to leave out.
MOST_PENDING = 5000
# A later page looks at so many documents at once, and so often: threads of many replies were shown before.
CHUNK, MOST_CHUNKS = 100, 10
# Of so many times as many as are wanted, each shard's nearest are the nearest but for a few.
WIDER = 3
REFUSED = 400
MOST_LIKE = 1000
LIKE = ("title", "keywords", "summary", "body")


class ElasticsearchEngine(ElasticsearchStore, Engine):
    name = "elasticsearch"

    def __init__(self, hosts: Iterable[str], alias: str) -> None:
        super().__init__(hosts, alias)
        self._silent_until = 0.0
        self._shape_until = 0.0

    def search(self, query: Query, containers: frozenset[str]) -> Found:
        left_out = self._left_out()
        asked = queries.asked(query, containers, left_out)
        request = self._request(query, asked)
        queries.count(request, query)
        position = query.position
        after = self._place(query, asked)
        if after:
            answer = self._execute(request[0:0])
            hits = self._later(query, asked, after)
        else:
            before = position.seen - (1 if position.after(self.name) else 0)
            answer = self._execute(_collapsed(request)[before : before + query.size])
            hits = list(answer.hits)
        total = answer.aggregations.all.groups.value
        cursor = next_cursor(self.name, position, [hit.meta.id for hit in hits], query.size, total)
        matches = self._with_more(asked, _matches(hits))
        return Found(matches, total, queries.counted(query, answer.aggregations), cursor)

    def _with_more(self, asked: Any, matches: list[Match]) -> list[Match]:
        """How many others of each group match as well."""
        groups = [match.group for match in matches]
        if not groups:
            return []
        request = self._search().query("bool", filter=[asked, Q("terms", group=groups)]).extra(size=0)
        request.aggs.bucket("groups", A("terms", field="group", size=len(groups)))
        buckets = self._execute(request).aggregations.groups.buckets
        sizes = {bucket.key: bucket.doc_count for bucket in buckets}
        return [replace(match, more=sizes.get(match.group, 1) - 1) for match in matches]

    def complete(self, prefix: str, containers: frozenset[str], limit: int) -> list[Match]:
        begun = Q("match", title__beginnings={"query": " ".join(words.read(words.clean(prefix))), "operator": "and"})
        return self._best(begun, containers, limit)

    def more_like(self, text: str, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
        said = [word for word in words.read(words.clean(text)) if word not in words.STOP_WORDS]
        like = Q(
            "more_like_this", fields=list(LIKE), like=" ".join(said[:MOST_LIKE]), min_term_freq=1, min_doc_freq=1,
            max_query_terms=25, minimum_should_match="20%",
        )  # fmt: skip
        return self._best(like, containers, limit, without)

    def near(self, query: Query, containers: frozenset[str], vector: list[float], limit: int) -> list[Match]:
        """What is nearest to this vector of what the query may find: its words do not count, but for excluded ones."""
        among = queries.filtered(query, containers, self._left_out())
        request = self._search().knn("vector", k=limit, num_candidates=limit * WIDER, query_vector=vector, filter=among)
        return _matches(self._execute(_collapsed(request)[:limit]).hits)

    def _best(self, wanted: Any, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
        among = queries.readable(containers, self._left_out())
        unwanted = [Q("terms", group=list(without))] if without else []
        request = self._search().query("bool", must=wanted, filter=among, must_not=unwanted)
        return _matches(self._execute(_collapsed(request.sort("_score", {"key": "asc"}))[:limit]).hits)

    def _request(self, query: Query, asked: Any) -> Search:
        request = self._search().query(asked).sort(*queries.order(query))
        choices = queries.chosen(query)
        if choices:
            request = request.post_filter("bool", filter=list(choices.values()))
        # Pages of one question are answered by the same copies of the index, whose scores are the same.
        preference = hashlib.md5(query.text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
        return request.params(preference=preference)

    def _later(self, query: Query, asked: Any, after: list[Any]) -> list[Any]:
        """The hits after a place in the order, one a group: Elasticsearch cannot both collapse and go on from a place.

        A group's hit counts only if it is the best of its group; others' best was shown on an earlier page.
        """
        found: list[Any] = []
        shown: list[str] = []
        for _ in range(MOST_CHUNKS):
            request = self._request(query, Q("bool", must=asked, must_not=Q("terms", group=shown)))
            hits = list(self._execute(request.source(["group"]).extra(search_after=after)[:CHUNK]).hits)
            groups = list(dict.fromkeys(hit.group for hit in hits))
            best = self._request(query, Q("bool", must=asked, filter=Q("terms", group=groups)))
            firsts = {hit.meta.id for hit in self._execute(_collapsed(best)[: len(groups)]).hits} if groups else set()
            found += [hit for hit in hits if hit.meta.id in firsts]
            if len(found) >= query.size or len(hits) < CHUNK:
                break
            after, shown = list(hits[-1].meta.sort), [*shown, *groups]
        return found[: query.size]

    def _place(self, query: Query, asked: Any) -> list[Any]:
        """Where the last result shown stands now: each document that is written shifts every score a little.

        Empty where nothing was shown, or it has gone: those before it are counted off.
        """
        last = query.position.after(self.name)
        if not last:
            return []
        itself = self._request(query, Q("bool", must=asked, filter=Q("ids", values=[last])))
        hits = self._execute(itself[:1]).hits
        return list(hits[0].meta.sort) if hits else []

    def _search(self) -> Search:
        return (
            Search(using=self.client, index=self.alias)
            .source(False)
            .extra(track_total_hits=False)
            .params(allow_partial_search_results=False)
        )

    def is_behind(self) -> bool:
        """Whether so much is left to be told that the embedded index answers."""
        return len(events.pending(MOST_PENDING + 1)) > MOST_PENDING

    def _left_out(self) -> list[str]:
        """What the index may hold an old state of. Errors: SearchUnavailable, where asking makes no sense now."""
        if time.monotonic() < self._silent_until:
            raise SearchUnavailable("It did not answer a moment ago.")
        left_out = events.pending(MOST_PENDING + 1)
        if len(left_out) > MOST_PENDING:
            raise SearchUnavailable("Too much is waiting to be indexed.")
        if time.monotonic() > self._shape_until:
            self._check_shape()
        return left_out

    def _check_shape(self) -> None:
        # Other threads go on with what was known, and do not ask as well.
        self._shape_until = time.monotonic() + KNOWN_SHAPE
        try:
            found = self.shape_of(self.alias, self.client)
            if found != shape():
                raise SearchUnavailable(OTHER_SHAPE if found else NO_INDEX)
        except SearchUnavailable:
            self._shape_until, self._silent_until = 0.0, time.monotonic() + PAUSE
            raise

    @answering
    def _execute(self, request: Search) -> Any:
        try:
            return _understood(request)
        except (TransportError, ApiError, SearchUnavailable) as error:
            # A request that is refused says nothing about the next one.
            if not isinstance(error, ApiError) or error.status_code != REFUSED:
                self._silent_until = time.monotonic() + PAUSE
            raise


def _understood(request: Search) -> Any:
    """Errors: SearchUnavailable, where what answers is no Elasticsearch: a gateway's page, or nothing at all."""
    try:
        answer = request.execute()
        found = answer.to_dict()
        is_whole = isinstance(found["hits"]["hits"], list)
    except (TypeError, KeyError, AttributeError) as error:
        raise SearchUnavailable(NOT_ITSELF) from error
    if not is_whole or (request.to_dict().get("aggs") and not found.get("aggregations")):
        raise SearchUnavailable(NOT_ITSELF)
    return answer


def _collapsed(request: Search) -> Search:
    return request.extra(collapse={"field": "group"})


def _matches(hits: Iterable[Any]) -> list[Match]:
    return [Match(hit.meta.id, hit.group if isinstance(hit.group, str) else hit.group[0]) for hit in hits]


@lru_cache(maxsize=4)
def engine_at(hosts: tuple[str, ...], alias: str) -> ElasticsearchEngine:
    return ElasticsearchEngine(hosts, alias)


def engine() -> ElasticsearchEngine:
    """The site's cluster. One client a process, with its open connections."""
    return engine_at(tuple(settings.ELASTICSEARCH_HOSTS), settings.ELASTICSEARCH_INDEX)
