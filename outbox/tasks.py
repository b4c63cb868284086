"""What the worker runs. Tasks carry no work of their own: they only wake the draining."""

from __future__ import annotations

import threading

from django.db import connection
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from outbox.actions import drain

# Set when the worker is told to stop: the batch at work is finished, the next is left to others.
stopping = threading.Event()


@task
def drain_outbox() -> int:
    """Do what is due. Returns the number of jobs done."""
    return drain(should_stop=stopping.is_set)


# By hand, since each post asks. Drainings are never put off: each that is ready may begin at once.
_ASKED = f"SELECT 1 FROM {DBTaskResult._meta.db_table} WHERE status = %s AND task_path = %s LIMIT 1"


def wake() -> None:
    """Ask for a draining, unless one is asked for already and has not begun: that one will see the new jobs too."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [TaskResultStatus.READY.value, drain_outbox.module_path])
        is_asked = cursor.fetchone() is not None
    if not is_asked:
        drain_outbox.enqueue()
