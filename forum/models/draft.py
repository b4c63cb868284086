from __future__ import annotations

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """What a person is writing and has not posted; kept on the server, so that any computer has it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=60, help_text="reply:12, or thread: and the token of the form")
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="draft_once")]
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.key
