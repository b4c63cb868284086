from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from events.models.pages import WebinarPage


class Session(Orderable):
    """One meeting of a webinar: wall time with its zone, so that a change of the clocks' rules moves nothing."""

    page = ParentalKey(WebinarPage, on_delete=models.CASCADE, related_name="sessions")
    date = models.DateField(_("date"))
    start_time = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), default=60)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/London")
    starts_at = models.DateTimeField(editable=False, db_index=True, help_text="The same in UTC, for ordering.")
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True, help_text=_("Empty: no limit."))
    confirmed_count = models.PositiveIntegerField(default=0, editable=False)
    join_url = models.URLField(_("address to join"), max_length=500, blank=True)
    recording_url = models.URLField(_("address of the recording"), max_length=500, blank=True)
    transcript = models.TextField(_("transcript (WebVTT)"), blank=True)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(confirmed_count__lte=models.F("capacity")),
                name="session_not_overfull",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.start_time:%H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        wall = datetime.combine(self.date, self.start_time)
        self.starts_at = wall.replace(tzinfo=ZoneInfo(self.time_zone))
        super().save(*args, **kwargs)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_over(self) -> bool:
        return self.ends_at < timezone.now()
