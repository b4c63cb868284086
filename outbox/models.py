from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet["Job"]):
    def ready(self) -> JobQuerySet:
        """Due, and not behind earlier unfinished work on the same subject; those due first come first."""
        earlier = Job.objects.filter(
            kind=OuterRef("kind"), subject=OuterRef("subject"), pk__lt=OuterRef("pk"), state__in=Job.UNFINISHED
        )
        return self.due().filter(Q(subject="") | ~Exists(earlier)).order_by("due_at", "pk")

    def due(self) -> JobQuerySet:
        return self.filter(state=Job.State.WAITING, due_at__lte=timezone.now())

    def expired(self) -> JobQuerySet:
        """Claimed by a worker that has not come back in time."""
        return self.filter(state=Job.State.CLAIMED, leased_until__lt=timezone.now())

    def stuck(self, since: dt.timedelta) -> JobQuerySet:
        """Set aside, long overdue, or retried for a long time: what an operator should look at."""
        limit = timezone.now() - since
        waiting = Q(due_at__lt=limit) | (Q(created_at__lt=limit) & ~Q(last_error=""))
        return self.filter(Q(state=Job.State.ASIDE) | (Q(state=Job.State.WAITING) & waiting))


class Job(models.Model):
    """One piece of work to do later, once, written in the same transaction as what it follows from."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("In work")
        ASIDE = "aside", _("Set aside")
        DONE = "done", _("Done")

    # What is set aside waits for a person: later work on its subject does not wait with it.
    UNFINISHED = (State.WAITING, State.CLAIMED)

    kind = models.CharField(max_length=40)
    subject = models.CharField(
        max_length=120,
        blank=True,
        help_text="What it is about, e.g. post:12; work on one subject is never out of order.",
    )
    payload = models.JSONField(default=dict)
    key = models.CharField(  # noqa: DJ001 – any number of rows have no key, and only NULL may repeat
        max_length=160, null=True, unique=True, help_text="Of several rows with one key only the first is kept."
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "due_at", "id"], condition=Q(state="waiting"), name="job_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state="claimed"), name="job_claimed"),
            models.Index(fields=["kind", "subject"], condition=~Q(state="done"), name="job_unfinished"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="job_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject or self.pk}"
