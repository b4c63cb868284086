from typing import Any

from django.core.management import BaseCommand

from outbox import cleaning, schedule
from outbox.actions import release_expired
from outbox.models import Job
from outbox.tasks import wake


class Command(BaseCommand):
    help = "Run once a minute by a timer: gives back lost work, wakes the worker for what is due, cleans up."

    def handle(self, *args: Any, **options: Any) -> None:
        release_expired()
        schedule.enqueue_due()
        cleaning.forget_done()
        if Job.objects.due().exists():
            wake()
