from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from forum.models.post import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SavedPostQuerySet(models.QuerySet["SavedPost"]):
    def visible_to(self, user: User | AnonymousUser) -> SavedPostQuerySet:
        """One's own, as far as the posts can still be read."""
        if not user.is_authenticated:
            return self.none()
        posts = Post.objects.visible_to(user).filter(hidden_at__isnull=True, thread__hidden_at__isnull=True)
        return self.filter(Exists(posts.filter(pk=OuterRef("post"))), person=user)


class SavedPost(models.Model):
    """A post that somebody wants to find again, perhaps with a day on which to be reminded of it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="saved")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_posts")
    remind_at = models.DateTimeField(null=True, blank=True, help_text="Empty once the reminder is sent.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedPostQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="saved_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="saved_of_person"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="saved_to_remind"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} saved {self.post_id}"
