"""What the outbox forgets: work that is done, and the worker's own notes."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from outbox import schedule
from outbox.models import Job

# For so long a job's key keeps the same work from being written twice.
KEPT = dt.timedelta(days=30)
SCHEDULED_KEPT = dt.timedelta(days=1)
TASKS_KEPT = dt.timedelta(hours=1)
TASK_LOST = dt.timedelta(days=1)
AT_ONCE = 5000


def forget_done() -> None:
    """Bounded, so that a tick stays short; the next one goes on."""
    now = timezone.now()
    done = Job.objects.filter(state=Job.State.DONE)
    for rows in (
        done.filter(finished_at__lt=now - KEPT),
        done.filter(finished_at__lt=now - SCHEDULED_KEPT, kind=schedule.KIND),
    ):
        Job.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:AT_ONCE])).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_KEPT).delete()
    # A worker that was killed leaves its task running for ever; the work itself is in the jobs.
    DBTaskResult.objects.running().filter(started_at__lt=now - TASK_LOST).delete()
