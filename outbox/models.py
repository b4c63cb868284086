from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work to do later, once, written in the same transaction as what it follows from."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("In work")
        ASIDE = "aside", _("Set aside")
        DONE = "done", _("Done")

    kind = models.CharField(max_length=40)
    subject = models.CharField(
        max_length=120, blank=True, help_text="What it is about, e.g. post:12; work on one subject is never out of order."
    )
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=160, null=True, unique=True, help_text="Of several rows with one key only the first is kept.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "due_at", "id"], condition=Q(state="waiting"), name="job_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state="claimed"), name="job_claimed"),
            models.Index(fields=["kind", "subject"], condition=~Q(state="done"), name="job_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject or self.pk}"
