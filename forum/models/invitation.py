from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from forum.models.space import Space


class SpaceInvitation(models.Model):
    """Somebody who has no account yet is invited to a space, by their e-mail address."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="invitations")
    address = models.EmailField(help_text="In small letters.")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "address"], name="space_invitation_once")]
        indexes = [models.Index(fields=["address"], name="space_invitation_address")]

    def __str__(self) -> str:
        return f"An invitation to {self.space_id}"
