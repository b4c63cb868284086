"""What is kept in Elasticsearch: a versioned index behind an alias, written in bulk, compared by digests."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from itertools import count, groupby
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk
from elasticsearch_dsl import A, Index, Search

from search import semantic
from search.documents import Document
from search.engines.base import DocumentsRefused, SearchUnavailable
from search.engines.elasticsearch_index import define, shape

SECONDS = 3
PATIENT_SECONDS = 60
# Held in memory twice while it is sent. A full queue in the cluster (429) is waited for, longer each time.
CHUNK_BYTES = 4 * 1024 * 1024
# A request is written by one thread of the cluster, and waited for: of many documents so many requests are under way.
LANES, FEWEST_APART = 3, 60
BUSY_RETRIES, FIRST_WAIT, LONGEST_WAIT = 5, 1, 20
# How often what is written is sent again because an index was put in another's place meanwhile.
MOST_SWAPS = 3
PAGE = 1000
TOO_BUSY, GONE, CONFLICT = 429, 404, 409
# The index may not be written to now, whatever the document: a block, or a right that was taken away.
CLOSED_TO_US = (401, 403)
OTHER_SHAPE = "The index in Elasticsearch has the shape of another version: run manage.py reindex."
TAKEN_OVER = "Another rebuild has taken this one's place."
NOT_ITSELF = "Something else answers in its place."
NO_INDEX = "Elasticsearch has no index yet: run manage.py reindex."

P = ParamSpec("P")
R = TypeVar("R")


def answering(function: Callable[P, R]) -> Callable[P, R]:
    """Whatever goes wrong between us and the cluster is one error to callers."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (TransportError, ApiError) as error:
            raise SearchUnavailable(f"It does not answer as it should ({type(error).__name__}).") from error

    return wrapped


class ElasticsearchStore:
    """The indices behind two aliases: the live one, and beside it one that is being built."""

    def __init__(self, hosts: Iterable[str], alias: str) -> None:
        addresses = list(hosts)
        # As many tries as there are other nodes: a node that is away costs a search nothing but one refused connection.
        self.client = Elasticsearch(addresses, request_timeout=SECONDS, max_retries=max(1, len(addresses) - 1))
        self.patient = self.client.options(request_timeout=PATIENT_SECONDS)
        self.alias = alias
        self.next_alias = f"{alias}-next"

    @answering
    def write(self, documents: Iterable[Document], gone: Iterable[str] = (), *, version: int = 1) -> None:
        """Into the live index and the one being built beside it. What is older than `version` gives way.

        Found by searches of either when it returns. Errors: SearchUnavailable; DocumentsRefused, all others written.
        """
        documents, gone = list(documents), list(gone)
        for _ in range(MOST_SWAPS):
            targets = self._targets_of_events()
            refused, is_swapped = self._send(targets, documents, gone, version)
            if not is_swapped:
                break
        else:
            raise SearchUnavailable("Indices are replaced all the time.")
        # The one being built too: it may take the live one's place right now, and nobody waits for its own refresh.
        found = self.patient.indices.refresh(index=targets, ignore_unavailable=True)
        failed = found["_shards"]["failed"]
        if failed:
            raise SearchUnavailable(f"{failed} shards could not be refreshed.")
        if refused:
            raise DocumentsRefused(refused)

    @answering
    def build(self, documents: Iterable[Document], gone: Iterable[str] = (), *, version: int) -> None:
        """Into the index being built, which nobody searches yet. Errors as for `write`."""
        refused, is_gone = self._send([self.next_alias], list(documents), list(gone), version)
        if is_gone:
            raise SearchUnavailable(TAKEN_OVER)
        if refused:
            raise DocumentsRefused(refused)

    def _targets_of_events(self) -> list[str]:
        """The aliases that must hear of a change. Errors: SearchUnavailable.

        A live index of another shape may still be searched by another version of the site: what it cannot be told
        has to wait, and is left out of its results as long.
        """
        shapes = {alias: self.shape_of(alias) for alias in (self.alias, self.next_alias)}
        found = [alias for alias, has in shapes.items() if has == shape()]
        if not any(shapes.values()):
            raise SearchUnavailable(NO_INDEX)
        if not found or shapes[self.alias] not in (None, shape()):
            raise SearchUnavailable(OTHER_SHAPE)
        return found

    def _send(
        self, targets: list[str], documents: list[Document], gone: list[str], version: int
    ) -> tuple[dict[str, str], bool]:
        """What was refused and why, and whether an alias was taken away meanwhile."""
        # Asked here: a thread would need a connection to the database of its own.
        vectors = semantic.vectors_of(documents)
        if len(documents) < FEWEST_APART:
            return self._send_part(_actions(targets, documents, gone, version, vectors))
        every = (slice(lane, None, LANES) for lane in range(LANES))
        parts = [_actions(targets, documents[some], gone[some], version, vectors) for some in every]
        with ThreadPoolExecutor(LANES) as lanes:
            sent = list(lanes.map(self._send_part, parts))
        return dict(pair for refused, _ in sent for pair in refused.items()), any(swapped for _, swapped in sent)

    def _send_part(self, actions: Iterator[dict[str, Any]]) -> tuple[dict[str, str], bool]:
        refused: dict[str, str] = {}
        is_swapped = False
        sent, answered = count(), 0
        for succeeded, outcome in streaming_bulk(
            self.patient,
            (action for action, _number in zip(actions, sent, strict=False)),
            raise_on_error=False,
            max_chunk_bytes=CHUNK_BYTES,
            max_retries=BUSY_RETRIES,
            initial_backoff=FIRST_WAIT,
            max_backoff=LONGEST_WAIT,
            # An index that went would be made anew, of any shape, by the first document written to its name.
            require_alias=True,
        ):
            answered += 1
            item = next(iter(outcome.values()))
            kind = (item.get("error") or {}).get("type", "")
            if kind == "index_not_found_exception":
                is_swapped = True
            # What is newer is there already; or what was to be deleted is not there.
            elif not succeeded and item["status"] not in (GONE, CONFLICT):
                # A deletion is refused by the index alone; taken for done, it would leave what was hidden counted.
                is_passing = item["status"] in (TOO_BUSY, *CLOSED_TO_US) or item["status"] >= 500
                if is_passing or "delete" in outcome:
                    raise SearchUnavailable(f"A document could not be written: status {item['status']}.")
                refused[item["_id"]] = kind
        if answered != next(sent):
            raise SearchUnavailable(NOT_ITSELF)
        return refused, is_swapped

    @answering
    def begin_rebuild(self) -> str:
        """An empty index beside the live one; from now on every write reaches both. Returns its name."""
        self._drop(self.behind(self.next_alias))
        name = f"{self.alias}-{time.time_ns()}"
        define(Index(name, using=self.patient), self.next_alias, settings.ELASTICSEARCH_SHARDS).create()
        return name

    @answering
    def is_building(self, name: str) -> bool:
        """Is this the index being built, and can it take our documents?"""
        return self.behind(self.next_alias) == [name] and self.shape_of(self.next_alias) == shape()

    @answering
    def finish_rebuild(self) -> None:
        """The new index takes the live one's place in one step, once it can answer."""
        new, old = self.behind(self.next_alias), self.behind(self.alias)
        if not new:
            raise SearchUnavailable(TAKEN_OVER)
        self.patient.indices.put_settings(index=new, settings={"refresh_interval": None})
        self.patient.indices.refresh(index=new)
        actions: list[dict[str, Any]] = [{"remove": {"index": name, "alias": self.next_alias}} for name in new]
        actions += [{"add": {"index": name, "alias": self.alias}} for name in new]
        actions += [{"remove_index": {"index": name}} for name in old]
        self.patient.indices.update_aliases(actions=actions)

    @answering
    def remove(self) -> None:
        """Take the indices away."""
        self._drop(self.targets())

    @answering
    def count(self) -> dict[str, int]:
        """How many documents of each kind the live index has."""
        request = Search(using=self.client, index=self.alias)[0:0]
        request.aggs.bucket("kinds", A("terms", field="kind"))
        return {bucket.key: bucket.doc_count for bucket in request.execute().aggregations.kinds.buckets}

    def digests_of(self, owners: Iterable[str]) -> dict[str, str]:
        """The digests of all documents that belong to these rows, by key."""
        asked = {"query": {"terms": {"owner": list(owners)}}}
        return {hit["_id"]: hit["_source"]["digest"] for hit in self._every([self.alias], asked, ["digest"])}

    @answering
    def keys_of(self, owners: Iterable[str], *, only_next: bool = False) -> set[str]:
        """The keys of all documents of these rows, in every index that hears of changes or in the one being built."""
        indices = [self.next_alias] if only_next else self._targets_of_events()
        self._show_what_is_built()
        asked = {"query": {"terms": {"owner": list(owners)}}}
        return {hit["_id"] for hit in self._every(indices, asked, [])}

    def owners(self, name: str) -> Iterator[str]:
        """The rows of one source that the live index has documents of. Errors: SearchUnavailable, at any step."""
        last = ""
        for hit in self._every([self.alias], {"query": {"prefix": {"owner": f"{name}:"}}}, ["owner"]):
            if hit["_source"]["owner"] != last:
                yield (last := hit["_source"]["owner"])

    def mixed_owners(self, name: str) -> Iterator[str]:
        """The rows of one source whose documents in the index being built were not all written at once.

        Errors: SearchUnavailable, at any step.
        """
        self._show_what_is_built()
        asked = {"query": {"prefix": {"owner": f"{name}:"}}, "version": True}
        every = self._every([self.next_alias], asked, ["owner"], sort=["owner", "key"])
        for owner, hits in groupby(every, key=lambda hit: hit["_source"]["owner"]):
            versions = {hit["_id"]: hit["_version"] for hit in hits}
            if owner not in versions or len(set(versions.values())) > 1:
                yield owner

    @answering
    def _show_what_is_built(self) -> None:
        self.patient.indices.refresh(index=self.next_alias, ignore_unavailable=True)

    def _every(
        self, indices: list[str], asked: dict[str, Any], fields: list[str], sort: Sequence[str] = ("key",)
    ) -> Iterator[dict[str, Any]]:
        """Every document that matches, a page at a time in the order of `sort`: memory stays flat."""
        last: dict[str, Any] = {}
        while hits := self._page(indices, {**asked, **last, "sort": list(sort)}, fields):
            yield from hits
            last = {"search_after": hits[-1]["sort"]}

    @answering
    def _page(self, indices: list[str], asked: dict[str, Any], fields: list[str]) -> list[dict[str, Any]]:
        answer = self.patient.search(
            index=indices, size=PAGE, source_includes=fields or ["key"], track_total_hits=False,
            allow_partial_search_results=False, ignore_unavailable=True, **asked,
        )  # fmt: skip
        return answer["hits"]["hits"]

    @answering
    def check(self) -> str | None:
        """What is wrong, in a sentence, or None."""
        found = self.shape_of(self.alias)
        if found is None:
            return NO_INDEX
        if found != shape():
            return OTHER_SHAPE
        status = self.client.cluster.health(index=self.alias)["status"]
        return "Elasticsearch has lost a part of the index: run manage.py reindex." if status == "red" else None

    def targets(self) -> list[str]:
        """The indices behind our aliases."""
        return sorted({*self.behind(self.alias), *self.behind(self.next_alias)})

    @answering
    def behind(self, alias: str) -> list[str]:
        found = self.patient.options(ignore_status=GONE).indices.get_alias(name=alias)
        return sorted(found.body) if found.meta.status != GONE else []

    @answering
    def shape_of(self, alias: str, client: Elasticsearch | None = None) -> str | None:
        """Which shape the index behind an alias has; None without one, and no shape of ours where there are several.

        Of two indices one hears of nothing, and would be counted as it was.
        """
        found = (client or self.patient).options(ignore_status=GONE).indices.get_mapping(index=alias)
        if found.meta.status == GONE:
            return None
        # A gateway's page, say, that is sent with status 200.
        bodies: list[Any] = list(found.body.values()) if isinstance(found.body, dict) else [None]
        if not all(isinstance(each, dict) and "mappings" in each for each in bodies):
            raise SearchUnavailable(NOT_ITSELF)
        shapes = [each["mappings"].get("_meta", {}).get("shape", "") for each in bodies]
        return (shapes[0] if len(shapes) == 1 else "") if shapes else None

    def _drop(self, names: list[str]) -> None:
        if names:
            self.patient.indices.delete(index=names, ignore_unavailable=True)


def source_of(document: Document) -> dict[str, Any]:
    """What is stored of a document, but its digest."""
    return {
        **document.indexed,
        **{name: getattr(document, name) for name in ("key", "owner", "kind", "group", "container", "helpful")},
        "within": list(document.within),
        "tags": document.tags,
        "date": document.date.isoformat() if document.date else None,
    }


def _actions(
    targets: list[str], documents: list[Document], gone: list[str], version: int, vectors: dict[str, list[float]]
) -> Iterator[dict[str, Any]]:
    """Made as they are sent, so that no more than a chunk of them a lane is in memory."""
    for target in targets:
        about = {"_index": target, "version": version, "version_type": "external_gte"}
        yield from ({**stored(document, vectors.get(document.key)), **about} for document in documents)
        yield from ({"_op_type": "delete", "_id": key, **about} for key in gone)


def stored(document: Document, vector: list[float] | None = None) -> dict[str, Any]:
    """The digest is of the words alone: what they mean follows from them."""
    source = source_of(document)
    meaning = {"vector": vector} if vector else {}
    return {"_op_type": "index", "_id": document.key, "_source": {**source, **meaning, "digest": digest(source)}}


def digest(source: dict[str, Any]) -> str:
    """Changes with anything that is stored."""
    return hashlib.md5(json.dumps(source, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
