"""What the worker runs. Tasks carry no work of their own: they only wake the draining."""

from __future__ import annotations

import threading

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from outbox.actions import drain
from web.prepared import Prepared

# Set when the worker is told to stop: the batch at work is finished, the next is left to others.
stopping = threading.Event()


@task
def drain_outbox() -> int:
    """Do what is due. Returns the number of jobs done."""
    return drain(should_stop=stopping.is_set)


# Drainings are never put off: each that is ready may begin at once.
ASKED = Prepared(
    lambda: (
        DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=drain_outbox.module_path)
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def wake() -> None:
    """Ask for a draining, unless one is asked for already and has not begun: that one will see the new jobs too."""
    if not ASKED.rows():
        drain_outbox.enqueue()
