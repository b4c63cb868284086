"""Work that comes round. Rooms register it from `apps.ready()`; `manage.py tick` puts it into the outbox when due."""

from __future__ import annotations

import time
from collections.abc import Callable

from outbox.actions import enqueue
from outbox.handlers import SetAside
from outbox.models import Job

KIND = "scheduled"
_timetable: dict[str, tuple[int, Callable[[], object]]] = {}


def every(minutes: int, name: str, function: Callable[[], object]) -> None:
    """Have the worker call `function` once in each window of so many minutes. It may be called again if it fails."""
    _timetable[name] = (minutes, function)


def enqueue_due() -> None:
    """One job a window for each function, whoever asks and however often; none while an earlier one is unfinished."""
    busy = set(Job.objects.filter(kind=KIND, state__in=Job.UNFINISHED).values_list("subject", flat=True))
    keys = {name: f"{KIND}:{name}:{int(time.time() // (minutes * 60))}" for name, (minutes, _) in _timetable.items()}
    known = set(Job.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    for name, key in keys.items():
        if name not in busy and key not in known:
            enqueue(KIND, subject=name, key=key)


def run(jobs: list[Job]) -> None:
    """The outbox's handler for scheduled functions."""
    for job in jobs:
        if job.subject not in _timetable:
            raise SetAside("Nothing of this name is on the timetable any more.")
        _timetable[job.subject][1]()
