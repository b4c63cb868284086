from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from forum.models.thread import Thread
from markup.render import RENDERER_VERSION, render

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

    def signed(self) -> PostQuerySet:
        """Posts that say who wrote them: the only ones that may be looked for by their author."""
        return self.filter(author__isnull=False)

    def written_by(self, person: User) -> PostQuerySet:
        """All of one person's, also those without their name: for nobody but that person."""
        nameless = Post.objects.filter(nameless__person=person)
        return self.filter(Q(author=person) | Q(pk__in=nameless.values("pk")))


class Post(models.Model):
    """What one person wrote. `number` counts from 1 in its thread, without gaps: pages are ranges of it."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="posts")
    source = models.TextField(help_text="Markdown, as typed.")
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    form_token = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="Of the form it was written in: a form sent twice posts once.",
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="By its author; it is hidden from then on too."
    )
    is_nameless = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Posted without a name: author is empty, and who wrote it stands in Nameless.",
    )
    nameless_sector = models.ForeignKey(
        "vocabulary.Sector", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    expired_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its words went, in a space where they do."
    )
    is_untold = models.BooleanField(
        db_default=False, editable=False, help_text="Held before it appeared: nobody has been told of it yet."
    )

    thanks = models.PositiveIntegerField(db_default=0, editable=False)
    same = models.PositiveIntegerField(db_default=0, editable=False)
    link_count = models.PositiveSmallIntegerField(
        db_default=0, editable=False, help_text="How much of this site it points at, see PostLink."
    )
    has_poll = models.BooleanField(db_default=False, editable=False)
    attachment_count = models.PositiveSmallIntegerField(
        db_default=0, editable=False, help_text="Photos and files that hang on it, shown or not."
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            models.UniqueConstraint(fields=["author", "form_token"], name="post_form_once"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="post_of_author"),
            models.Index(
                fields=["deleted_at"], condition=Q(deleted_at__isnull=False) & ~Q(source=""), name="post_to_erase"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} in {self.thread_id}"

    def write(self, source: str) -> None:
        """Sets the text and its HTML; does not save."""
        self.source = source
        self.html, self.renderer_version = render(source), RENDERER_VERSION

    def get_absolute_url(self) -> str:
        return self.thread.place_url(self.number)


class RevisionQuerySet(models.QuerySet["PostRevision"]):
    def visible_to(self, user: User | AnonymousUser) -> RevisionQuerySet:
        """Earlier words of posts that this reader may see, but for those that are for moderators only."""
        found = self.filter(Exists(Post.objects.visible_to(user).filter(pk=OuterRef("post"))))
        if user.is_authenticated and user.is_moderator:
            return found
        return found.filter(is_open=True, removed_at__isnull=True)


class PostRevision(models.Model):
    """What a post said before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    source = models.TextField()
    title = models.CharField(max_length=160, blank=True, help_text="Of the thread, where that changed too.")
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)
    is_open = models.BooleanField(db_default=False, help_text="Whoever reads the post reads this too.")
    removed_at = models.DateTimeField(null=True, blank=True, help_text="When a moderator took its words away.")
    attachments = models.TextField(blank=True, db_default="", help_text="What hung on it, in words, one a line.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.post_id} until {self.replaced_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("forum:earlier", args=[self.post_id])
