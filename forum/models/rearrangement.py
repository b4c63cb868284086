from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from forum.models.space import Space
from forum.models.thread import Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class RearrangementQuerySet(models.QuerySet["Rearrangement"]):
    def visible_to(self, user: User | AnonymousUser) -> RearrangementQuerySet:
        """For those who may read the thread in which the posts are now: what it is called is told of it."""
        seen = Thread.objects.visible_to(user).listed()
        is_merged = Q(kind=Rearrangement.Kind.MERGED)
        went_into, stands_now = Exists(seen.filter(pk=OuterRef("other"))), Exists(seen.filter(pk=OuterRef("thread")))
        return self.filter((is_merged & went_into) | (~is_merged & stands_now))

    def about(self, thread: Thread) -> RearrangementQuerySet:
        """What happened to this thread and was not undone."""
        return self.filter(Q(thread=thread) | Q(other=thread), undone_at__isnull=True)


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
    posts = models.JSONField(
        default=list, help_text="Ids of the posts of the thread that lost some, in the order that they had in it."
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = RearrangementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.thread_id}"
