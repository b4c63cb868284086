from __future__ import annotations

import logging
import signal
import time
from typing import Any

from django.core.management import BaseCommand
from django.db import Error, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from outbox.tasks import stopping

INTERVAL = 1.0
AFTER_AN_ERROR = 5.0

logger = logging.getLogger("commonground.outbox")


class Command(BaseCommand):
    help = "Do the work of the outbox and other tasks, until told to stop (SIGTERM or Ctrl+C)."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping.clear()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        name = get_random_string(32)
        while not stopping.is_set():
            self._pause(self._turn(name))

    def _turn(self, name: str) -> float:
        """Do what is asked for. Returns the seconds to wait: a database that is away or locked ends no worker."""
        try:
            # django-tasks' own loop takes a write lock each second to find out that there is nothing to do.
            if DBTaskResult.objects.ready().exists():
                self._worker = self._make_worker(name)
                self._worker.run()
        except Error as error:
            logger.warning("The worker could not use the database: %s", type(error).__name__)
            return AFTER_AN_ERROR
        finally:
            close_old_connections()
        return INTERVAL

    @staticmethod
    def _pause(seconds: float) -> None:
        # Not Event.wait(): it holds a lock that the signal's handler, in this same thread, would wait for for ever.
        until = time.monotonic() + seconds
        while not stopping.is_set() and time.monotonic() < until:
            time.sleep(0.2)

    @staticmethod
    def _make_worker(name: str) -> Worker:
        return Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )

    def _stop(self, number: int, frame: Any) -> None:
        """Finish the batch at work; a second signal ends the process there and then."""
        if stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stopping.set()
        worker: Worker | None = getattr(self, "_worker", None)
        if worker is not None:
            worker.running = False
