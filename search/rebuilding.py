"""Building an index anew beside its use, and going on with a building that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from search import indexing
from search.engines.base import DocumentsRefused
from search.models import Rebuild, Stamp
from search.semantic import jobs
from search.sources import Source

if TYPE_CHECKING:
    from search.engines.elasticsearch import ElasticsearchEngine

EMBEDDED = "embedded"

Tell = Callable[[Source, int], None]


def unfinished(engine: str) -> Rebuild | None:
    """The building that was stopped before its end, if the last one was."""
    last = Rebuild.objects.filter(engine=engine).order_by("-started_at", "-pk").first()
    return last if last and not last.finished_at else None


def embedded(sources: Iterable[Source], rebuild: Rebuild | None, tell: Tell) -> int:
    """Write every row's documents again, and take out what no longer exists. Returns how many were taken out."""
    rebuild = rebuild or Rebuild.objects.create(engine=EMBEDDED)
    gone = 0
    for source in sources:
        for ids in source.batches(rebuild.reached.get(source.name, 0)):
            indexing.store(source, ids)
            jobs.embed_now(source, ids)
            _reached(rebuild, source, ids, tell)
        gone += indexing.forget_missing(source)
    _finish(rebuild)
    return gone


def resumable(cluster: ElasticsearchEngine) -> Rebuild | None:
    """A stopped building of an index that is still there and can take our documents. Errors: SearchUnavailable."""
    rebuild = unfinished(cluster.name)
    return rebuild if rebuild and cluster.is_building(rebuild.index) else None


def elasticsearch(cluster: ElasticsearchEngine, sources: Iterable[Source], rebuild: Rebuild | None, tell: Tell) -> int:
    """Build a new index beside the live one and put it in its place. Returns how many rows were refused.

    Errors: SearchUnavailable; the live index is as it was, and the next building goes on from there.
    """
    rebuild = rebuild or Rebuild.objects.create(engine=cluster.name, index=cluster.begin_rebuild())
    refused = 0
    for source in sources:
        for ids in source.batches(rebuild.reached.get(source.name, 0)):
            version = Stamp.take()
            documents = source.documents_for(ids)
            try:
                cluster.build(documents, version=version)
            except DocumentsRefused as reason:
                rows = set(indexing.refused_rows(documents, reason))
                # Before the batch is noted as done: who goes on after a kill does not come back to it.
                indexing.announce_refused(rows)
                refused += len(rows)
            _reached(rebuild, source, ids, tell)
    for source in sources:
        if source.has_parts:
            indexing.clear_next(cluster, source)
    cluster.finish_rebuild()
    _finish(rebuild)
    return refused


def _reached(rebuild: Rebuild, source: Source, ids: list[int], tell: Tell) -> None:
    rebuild.reached[source.name] = ids[-1]
    rebuild.rows += len(ids)
    rebuild.save(update_fields=["reached", "rows"])
    tell(source, len(ids))


def _finish(rebuild: Rebuild) -> None:
    rebuild.finished_at = timezone.now()
    rebuild.save(update_fields=["finished_at"])
    # The last of each engine is what anybody asks for.
    Rebuild.objects.filter(engine=rebuild.engine).exclude(pk=rebuild.pk).delete()
