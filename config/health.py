"""For whoever watches the server: is the process up, and can it do its work. Names only: strangers read this too."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from outbox.models import Job

OK, DEGRADED, DOWN = "ok", "degraded", "down"
OVERDUE = dt.timedelta(minutes=10)

logger = logging.getLogger("commonground.health")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 without the database. Without the engine or the worker pages are still served: 200, "degraded"."""
    checks = {"database": _ask(_database)}
    usable = checks["database"] == OK
    checks["search engine"] = _ask(_search_engine) if usable else DOWN
    checks["task queue"] = _ask(_task_queue) if usable else DOWN
    if not usable:
        return JsonResponse({"status": DOWN, "checks": checks}, status=503)
    status = OK if set(checks.values()) == {OK} else DEGRADED
    return JsonResponse({"status": status, "checks": checks})


def _ask(check: Callable[[], str | None]) -> str:
    """The details go to the log; the answer is a word."""
    try:
        problem = check()
    except Exception as error:
        logger.warning("%s: %s", check.__name__.strip("_"), type(error).__name__)
        return DOWN
    if problem:
        logger.warning("%s: %s", check.__name__.strip("_"), problem)
        return DEGRADED
    return OK


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        raise
    return None


def _search_engine() -> str | None:
    from search import health

    return health.check()


def _task_queue() -> str | None:
    """Work set aside, long overdue or failing for long: somebody should look."""
    return "jobs wait for an operator" if Job.objects.stuck(OVERDUE).exists() else None
