from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from forum.models.post import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def visible_to(self, user: User | AnonymousUser) -> ReactionQuerySet:
        """Who thanked whom is for members, and for those who may read the post."""
        if not (user.is_authenticated and user.is_member):
            return self.none()
        return self.filter(Exists(Post.objects.visible_to(user).filter(pk=OuterRef("post"))))


class Reaction(models.Model):
    """A few words with one press. `Post.thanks` and `Post.same` count them."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thank you")
        SAME = "same", _("Same here")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person", "kind"], name="reaction_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.post_id}"
