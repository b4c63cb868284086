from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from forum.models.post import Post
from forum.models.thread import Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PostLinkQuerySet(models.QuerySet["PostLink"]):
    def shown_elsewhere_to(self, user: User | AnonymousUser) -> PostLinkQuerySet:
        """Those in posts of threads that other pages may name; never in a post that is hidden."""
        return self.filter(post__thread__in=Thread.objects.shown_elsewhere_to(user), post__hidden_at__isnull=True)

    def shown(self) -> PostLinkQuerySet:
        """Without those in what is hidden, which back-links leave out for moderators too, and in reflective spaces."""
        shown = self.filter(post__hidden_at__isnull=True, post__thread__hidden_at__isnull=True)
        return shown.filter(post__thread__space__is_reflective=False)


class PostLink(models.Model):
    """A post points at something of this site by its address: at another post, or at a page of the CMS.

    The address of a thread is that of its first post, so that it leads on when the thread is merged or taken apart.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="mentioned_in")
    thread = models.ForeignKey(
        Thread,
        null=True,
        on_delete=models.CASCADE,
        related_name="mentioned_in",
        help_text="Where the target stands.",
    )
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.CASCADE, related_name="mentioned_in")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PostLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "target"], name="post_link_once"),
            models.UniqueConstraint(fields=["post", "page"], name="post_page_link_once"),
            models.CheckConstraint(
                condition=Q(target__isnull=True, thread__isnull=True, page__isnull=False)
                | Q(target__isnull=False, thread__isnull=False, page__isnull=True),
                name="post_link_leads_to_one",
            ),
        ]
        indexes = [
            models.Index(fields=["page", "created_at"], condition=Q(page__isnull=False), name="post_link_to_page"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} to {self.target_id or self.page_id}"
