from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models


def new_key() -> str:
    return secrets.token_urlsafe(24)


class FeedKey(models.Model):
    """The secret part of the address of a person's own feed: whoever has it reads the feed, without signing in."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_key")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    created_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Feed of {self.person_id}"
