from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.session import Session


class Registration(models.Model):
    """A person's place at a session, or their place in line."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("You have a place")
        WAITING = "waiting", _("You are in line")
        CANCELLED = "cancelled", _("You gave your place back")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="registrations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(max_length=10, choices=State)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="registration_once")]
        indexes = [
            models.Index(fields=["session", "asked_at", "id"], condition=Q(state="waiting"), name="registration_line")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.session_id}: {self.state}"
