"""What the worker embeds when there is no cluster; with one, documents are embedded on their way into it."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings

from outbox.actions import enqueue
from outbox.handlers import SetAside
from outbox.models import Job
from search import semantic
from search.sources import SOURCES

KIND = "embed"


def announce(row: str) -> None:
    """A job for the worker, in the caller's transaction: this row's words may have changed."""
    if semantic.is_on() and not settings.ELASTICSEARCH_HOSTS:
        enqueue(KIND, subject=row)


def embed(jobs: list[Job]) -> None:
    """The outbox's handler."""
    if not semantic.is_on():
        return
    from search.semantic import model, storing

    ids: dict[str, set[int]] = defaultdict(set)
    for job in jobs:
        name, _, number = job.subject.partition(":")
        ids[name].add(int(number))
    try:
        for name, numbers in ids.items():
            storing.keep(SOURCES[name].documents_for(numbers))
    except model.Unusable as reason:
        raise SetAside(str(reason)) from reason
