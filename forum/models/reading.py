from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from forum.models.thread import Thread


class Follow(models.Model):
    """A person wants to hear of new posts in a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.thread_id}"


class ThreadRead(models.Model):
    """How far a person has read a thread."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reads")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="reads")
    last_number = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="read_once")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.thread_id} to {self.last_number}"
