from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models.space import Space

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: User | AnonymousUser) -> ThreadQuerySet:
        """Threads in spaces that this reader may read, and not hidden (moderators see hidden ones)."""
        found = self.filter(space__in=Space.objects.readable_by(user))
        if user.is_authenticated and user.is_moderator:
            return found
        return found.filter(hidden_at__isnull=True)


class Thread(models.Model):
    """A question, a discussion or a problem, and the posts beneath it. Its first post is number 1."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        DISCUSSION = "discussion", _("Something to talk about")
        PROBLEM = "problem", _("A problem to solve together")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(_("what it is"), max_length=12, choices=Kind, default=Kind.QUESTION)
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="threads")
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="threads",
        help_text=_("The resource or webinar that this thread is about."),
    )
    topics = models.ManyToManyField("vocabulary.Topic", blank=True, related_name="threads")
    sectors = models.ManyToManyField("vocabulary.Sector", blank=True, related_name="threads")
    answer = models.ForeignKey(
        "forum.Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("what helped")
    )
    reply_count = models.PositiveIntegerField(default=0, editable=False, help_text=_("Posts but the first, not hidden."))
    last_number = models.PositiveIntegerField(default=0, editable=False, help_text=_("Number of the newest post, hidden or not."))
    last_post_at = models.DateTimeField(default=timezone.now)
    last_post_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    is_pinned = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["space", "-last_post_at", "-id"], condition=Q(hidden_at__isnull=True), name="thread_in_space"),
            models.Index(fields=["-last_post_at", "-id"], condition=Q(hidden_at__isnull=True), name="thread_newest"),
            models.Index(fields=["page", "-last_post_at"], name="thread_about_page"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forum:thread", args=[self.pk, self.slug])
