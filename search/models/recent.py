from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

MOST_RECENT = 10
# Who pastes a letter does not look for it again.
LONGEST = 300


class RemembersSearches(models.Model):
    """A person who asked us to remember what they search for. Without a row nothing is remembered."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.person_id)


class RecentSearch(models.Model):
    """What somebody who wanted it searched for, until they sign out."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recent_searches")
    text = models.CharField(max_length=LONGEST)
    searched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-searched_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "text"], name="recent_search_once")]

    def __str__(self) -> str:
        return self.text
