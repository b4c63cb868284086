from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.models.space import Space
from forum.models.thread import Thread


class Rearrangement(models.Model):
    """A thread moved, merged or split by a keeper: its trace at the old place, and what undoing it needs.

    `thread` is the one that moved, that went into another, or that began anew; `other` the one that it went into or
    came from.
    """

    class Kind(models.TextChoices):
        MOVED = "moved", _("Moved")
        MERGED = "merged", _("Merged")
        SPLIT = "split", _("Split")

    kind = models.CharField(max_length=6, choices=Kind)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="rearrangements")
    other = models.ForeignKey(Thread, null=True, on_delete=models.CASCADE, related_name="rearrangements_of_others")
    from_space = models.ForeignKey(Space, null=True, on_delete=models.SET_NULL, related_name="+")
    posts = models.JSONField(default=list, help_text="Ids of the posts that changed their thread, in order.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.thread_id}"
