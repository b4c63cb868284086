"""What Elasticsearch has not been told yet: jobs of the outbox, each about one document or one container."""

from __future__ import annotations

from django.conf import settings

from outbox.actions import enqueue_each
from outbox.models import Job

KIND = "index"


def announce(*subjects: str) -> None:
    """An event about each for the worker, in the caller's transaction, where there is a second engine to tell."""
    if settings.ELASTICSEARCH_HOSTS:
        enqueue_each(KIND, {subject: {} for subject in subjects})


def pending(limit: int) -> list[str]:
    """Up to `limit` documents and containers of which the other engine may hold an old state."""
    unfinished = Job.objects.filter(kind=KIND).exclude(state=Job.State.DONE)
    return list(unfinished.order_by().values_list("subject", flat=True).distinct()[:limit])
