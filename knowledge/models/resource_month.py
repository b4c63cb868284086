"""How a resource was used in a month: numbers alone. See docs/decisions/what-reading-leaves.md."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

COUNTED = ("views", "downloads", "helpful", "saved", "cited")


class ResourceMonth(models.Model):
    """One resource in one month. No person, no address, no time of day."""

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="Its first day.")
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)
    helpful = models.PositiveIntegerField(default=0)
    saved = models.PositiveIntegerField(default=0)
    cited = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "page"], name="resource_month_once")]
        indexes = [
            models.Index(fields=["month", "-views", "-id"], condition=Q(views__gt=0), name="month_by_views"),
            models.Index(
                fields=["month", "-downloads", "-id"], condition=Q(downloads__gt=0), name="month_by_downloads"
            ),
            models.Index(fields=["month", "-helpful", "-id"], condition=Q(helpful__gt=0), name="month_by_helpful"),
            models.Index(fields=["month", "-saved", "-id"], condition=Q(saved__gt=0), name="month_by_saved"),
            models.Index(fields=["month", "-cited", "-id"], condition=Q(cited__gt=0), name="month_by_cited"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.month:%Y-%m}"
