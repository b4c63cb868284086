from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_SAVED = 25
# Daily and weekly messages are there when people begin to work.
HOUR = 7
SOON = dt.timedelta(minutes=5)


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, user: User | AnonymousUser) -> SavedSearchQuerySet:
        """One's own. What people look for is nobody else's business, a moderator's neither."""
        return self.filter(person=user) if user.is_authenticated and user.is_member else self.none()

    def due(self, now: dt.datetime) -> SavedSearchQuerySet:
        """Those that are to be looked through for something new."""
        return self.filter(due_at__lte=now)


class SavedSearch(models.Model):
    """A search that a person wants to keep, and perhaps to hear of when it finds something new."""

    class Frequency(models.TextChoices):
        NEVER = "never", _("Do not tell me")
        SOON = "soon", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(max_length=1000, help_text="The results page’s parameters, without the question mark.")
    frequency = models.CharField(
        _("tell me of something new"), max_length=6, choices=Frequency, default=Frequency.NEVER
    )
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now, help_text="What is older than this is not new.")
    due_at = models.DateTimeField(null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "address"], name="saved_search_once"),
            models.CheckConstraint(
                condition=Q(frequency="never", due_at__isnull=True) | ~Q(frequency="never") & Q(due_at__isnull=False),
                name="saved_search_due_when_wanted",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="saved_search_due")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('search')}?{self.address}"

    def plan(self, now: dt.datetime) -> None:
        """Sets when it is due next, seven in the morning where its person lives; does not save."""
        if self.frequency == self.Frequency.NEVER:
            self.due_at = None
        elif self.frequency == self.Frequency.SOON:
            self.due_at = now + SOON
        else:
            here = now.astimezone(ZoneInfo(self.person.time_zone))
            days = 1 if self.frequency == self.Frequency.DAILY else 7 - here.weekday()
            self.due_at = (here + dt.timedelta(days=days)).replace(hour=HOUR, minute=0, second=0, microsecond=0)


class ToldResult(models.Model):
    """A saved search has told its person of this: it does not do so again."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="told")
    key = models.CharField(max_length=60)
    told_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "key"], name="told_once")]

    def __str__(self) -> str:
        return self.key
