from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.session import Session


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def current(self) -> RegistrationQuerySet:
        """Those with a place or in line."""
        return self.exclude(state=Registration.State.CANCELLED)

    def waiting(self) -> RegistrationQuerySet:
        """The line, first come first."""
        return self.filter(state=Registration.State.WAITING).order_by("asked_at", "id")

    def with_position(self) -> RegistrationQuerySet:
        """Adds `ahead`: how many stand before each in their session's line."""
        before = Q(asked_at__lt=OuterRef("asked_at")) | Q(asked_at=OuterRef("asked_at"), pk__lt=OuterRef("pk"))
        line = Registration.objects.filter(before, session=OuterRef("session"), state=Registration.State.WAITING)
        count = line.order_by().values("session").annotate(count=models.Count("pk")).values("count")
        return self.annotate(ahead=Coalesce(Subquery(count), 0))


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

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="registration_once")]
        indexes = [
            models.Index(fields=["session", "asked_at", "id"], condition=Q(state="waiting"), name="registration_line")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.session_id}: {self.state}"

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def position(self) -> int:
        """1 for the first in line. Needs `with_position()`."""
        return self.ahead + 1  # type: ignore[attr-defined]
