"""What the worker embeds when there is no cluster; with one, documents are embedded on their way into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings

from outbox.actions import enqueue_each
from outbox.handlers import SetAside
from outbox.models import Job
from search import semantic
from search.sources import SOURCES, Source

KIND = "embed"


def _is_ours() -> bool:
    return semantic.is_on() and not settings.ELASTICSEARCH_HOSTS


def announce(*rows: str) -> None:
    """A job about each for the worker, in the caller's transaction: these rows' words may have changed."""
    if _is_ours():
        enqueue_each(KIND, {row: {} for row in rows})


def embed(jobs: list[Job]) -> None:
    """The outbox's handler."""
    ids: dict[str, set[int]] = defaultdict(set)
    for job in jobs:
        name, _, number = job.subject.partition(":")
        ids[name].add(int(number))
    for name, numbers in ids.items():
        embed_now(SOURCES[name], numbers)


def embed_now(source: Source, ids: Iterable[int]) -> None:
    """Nothing without a model. Errors: SetAside."""
    if not _is_ours():
        return
    from search.semantic import model, storing

    try:
        for some in source.light(ids):
            storing.keep(source.documents_for(some))
    except model.Unusable as reason:
        raise SetAside(str(reason)) from reason
