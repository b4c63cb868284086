from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from forum.models.thread import Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User | AnonymousUser) -> PostQuerySet:
        """Posts in threads that this reader may see, and not hidden (moderators see hidden ones)."""
        found = self.filter(thread__in=Thread.objects.visible_to(user))
        if user.is_authenticated and user.is_moderator:
            return found
        return found.filter(hidden_at__isnull=True)


class Post(models.Model):
    """What one person wrote. `number` counts from 1 within the thread, without gaps, so that pages are ranges of it."""

    PAGE_SIZE = 20

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="posts")
    source = models.TextField(help_text="Markdown, as typed.")
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "number"], name="post_number_once")]
        indexes = [models.Index(fields=["author", "-id"], name="post_of_author")]

    def __str__(self) -> str:
        return f"#{self.number} in {self.thread_id}"

    @property
    def page(self) -> int:
        """The page of its thread that this post stands on, from 1."""
        return (self.number - 1) // self.PAGE_SIZE + 1

    def get_absolute_url(self) -> str:
        page = f"?page={self.page}" if self.page > 1 else ""
        return f"{self.thread.get_absolute_url()}{page}#post-{self.number}"


class PostRevision(models.Model):
    """What a post said before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    source = models.TextField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.post_id} until {self.replaced_at:%Y-%m-%d %H:%M}"
