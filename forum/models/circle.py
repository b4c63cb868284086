from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from forum.models.membership import SpaceMembership
from forum.models.space import Space

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class CircleVisitQuerySet(models.QuerySet["CircleVisit"]):
    def visible_to(self, user: User | AnonymousUser) -> CircleVisitQuerySet:
        """For those who are in the space."""
        if not (user.is_authenticated and user.is_member):
            return self.none()
        joined = SpaceMembership.objects.filter(person=user, state=SpaceMembership.State.JOINED)
        return self.filter(space__in=joined.values("space"))

    def open(self) -> CircleVisitQuerySet:
        """Those that let their moderator read now."""
        return self.filter(ends_at__gt=timezone.now())


class CircleVisit(models.Model):
    """A moderator came into a reflective space because something in it was reported. The circle sees this."""

    LASTS = dt.timedelta(days=7)

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="visits")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reference = models.CharField(max_length=12, help_text="Of the report.")
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    objects = CircleVisitQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["moderator", "ends_at"], name="visit_of_moderator")]

    def __str__(self) -> str:
        return f"{self.reference} in {self.space_id}"


class CircleHold(models.Model):
    """Nothing in a reflective space expires while this stands: somebody has a right to what is in it."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space"], condition=models.Q(ended_at__isnull=True), name="circle_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"hold on {self.space_id}"
