from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.uses import Kind, Reader
from forum.models.post import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User | AnonymousUser) -> AttachmentQuerySet:
        """What hangs on posts that this reader may see, and what of their own is not there yet.

        What is hidden, or was taken out and is kept for a report, moderators see.
        """
        on_posts = Q(post__in=Post.objects.visible_to(user))
        shown = Q(hidden_at=None, waits_for="", removed_at=None)
        if not user.is_authenticated:
            return self.filter(on_posts, shown)
        own = Q(uploader=user, removed_at=None)
        if user.is_moderator:
            return self.filter(on_posts | (own & Q(post=None)))
        return self.filter((on_posts & (shown | own)) | (own & Q(post=None)))

    def waiting(self, person: User, token: UUID | None) -> AttachmentQuerySet:
        """What somebody has added to a form that is not sent yet."""
        if token is None:
            return self.none()
        return self.filter(uploader=person, form_token=token, post=None)


class Attachment(models.Model):
    """A photo or a file that somebody adds to a post. While `post` is empty it waits in a form of theirs."""

    class People(models.TextChoices):
        NOBODY = "nobody", _("No, nobody can be recognised")
        AGREED = "agreed", _("Yes, and all of them agreed that it is shown here; for a child, a parent or carer did")
        NOT_ASKED = "not_asked", _("Yes, and not everybody has agreed")

    class Wait(models.TextChoices):
        READING = "reading", _("We check what is written in it first. This normally takes a minute.")
        ANSWERS = "answers", _("It came by e-mail. Say what it shows and who is in it, then others see it.")

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="attachments")
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    form_token = models.UUIDField(null=True, blank=True, editable=False, help_text="Of the form it was added in.")
    digest = models.CharField(max_length=64, editable=False, help_text="Of the bytes as they were sent.")
    image = models.OneToOneField("files.SiteImage", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    document = models.OneToOneField(
        "files.SiteDocument", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    text = models.CharField(max_length=300, blank=True, help_text="What a photo shows, or what a file is called.")
    people = models.CharField(
        max_length=10, choices=People, blank=True, help_text="Whether anybody in a photo can be recognised."
    )
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    waits_for = models.CharField(max_length=10, choices=Wait, blank=True, db_default="")
    hidden_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken out of its post.")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uploader", "form_token", "digest"], name="attachment_form_once"),
            models.CheckConstraint(
                condition=Q(image=None, document__isnull=False) | Q(image__isnull=False, document=None),
                name="attachment_is_photo_or_file",
            ),
            models.CheckConstraint(
                condition=Q(post=None)
                | Q(document__isnull=False)
                | ~Q(waits_for="")
                | Q(people__in=["nobody", "agreed"]),
                name="attachment_shows_nobody_unasked",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(post=None), name="attachment_never_sent"),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="attachment_taken_out"),
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{'photo' if self.is_photo else 'file'} {self.pk} of post {self.post_id}"

    @property
    def is_photo(self) -> bool:
        return self.image_id is not None

    @property
    def is_shown(self) -> bool:
        """To everybody who reads its post."""
        return not (self.hidden_at or self.waits_for or self.removed_at)

    def said(self) -> str:
        """In one line, for what an earlier version of a post says about what hung on it."""
        kind = _("Photo") if self.is_photo else _("File")
        return f"{kind}: {self.text}"

    def get_absolute_url(self) -> str:
        if self.post_id is None:
            return reverse("forum:drafts")
        return reverse("forum:post", args=[self.post_id])


def is_attached(kind: Kind, pk: int, user: Reader) -> bool:
    """Whether this picture or document hangs on something that `user` may see."""
    by_number = Q(image=pk) if kind == "image" else Q(document=pk)
    return Attachment.objects.visible_to(user).filter(by_number).exists()  # type: ignore[arg-type]
