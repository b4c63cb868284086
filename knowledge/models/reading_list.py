"""Lists of resources: collections that editors make for everybody, and what members keep for themselves or share."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_ITEMS = 200
MOST_LISTS = 50


def new_token() -> str:
    """Part of an address that nobody guesses: 192 bits."""
    return secrets.token_urlsafe(24)


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def open_to_all(self) -> ReadingListQuerySet:
        return self.filter(visibility=ReadingList.Visibility.PUBLIC, hidden_at=None)

    def visible_to(self, user: User | AnonymousUser) -> ReadingListQuerySet:
        """Public ones, one's own, and shared ones that one follows; hidden public ones for moderators.

        Whoever only holds the link of a shared list comes by `behind_link`.
        """
        seen = Q(visibility=ReadingList.Visibility.PUBLIC, hidden_at=None)
        if not user.is_authenticated:
            return self.filter(seen)
        follows = ListFollow.objects.filter(list=OuterRef("pk"), person=user.pk)
        seen |= Q(owner=user.pk)
        seen |= Q(Exists(follows), visibility=ReadingList.Visibility.LINK, hidden_at=None)
        if user.is_moderator:
            seen |= Q(visibility=ReadingList.Visibility.PUBLIC) | Q(hidden_at__isnull=False)
        if user.is_editor:
            seen |= Q(is_collection=True)
        return self.filter(seen)

    def behind_link(self, token: str) -> ReadingListQuerySet:
        return self.filter(token=token.replace("\0", ""), visibility=ReadingList.Visibility.LINK, hidden_at=None)

    def to_follow(self, user: User) -> ReadingListQuerySet:
        """Of those that this person may see, what others may see too: nothing is news in what only they fill."""
        return self.visible_to(user).exclude(visibility=ReadingList.Visibility.PRIVATE)

    def kept_by(self, user: User) -> ReadingListQuerySet:
        """Those that this person may add to."""
        mine = Q(owner=user.pk)
        return self.filter(mine | Q(is_collection=True) if user.is_editor else mine)


class ReadingList(models.Model):
    """Resources in an order, each with a note. A collection belongs to the site, every other list to one member."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("Only I")
        LINK = "link", _("Whoever has the link")
        PUBLIC = "public", _("Everybody")

    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("what it is for"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="reading_lists"
    )
    is_collection = models.BooleanField(default=False)
    visibility = models.CharField(_("who may see it"), max_length=7, choices=Visibility, default=Visibility.PRIVATE)
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    hidden_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ReadingListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_collection=True, owner=None) | Q(is_collection=False, owner__isnull=False),
                name="reading_list_has_one_keeper",
            ),
            models.CheckConstraint(
                condition=~Q(is_collection=True, visibility="link"), name="collection_is_for_all_or_not_yet"
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_collection", "-changed_at", "-id"],
                condition=Q(visibility="public", hidden_at=None),
                name="reading_list_public",
            ),
            models.Index(fields=["owner", "-changed_at"], name="reading_list_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reading_list", args=[self.pk])

    @property
    def shared_url(self) -> str:
        """Where whoever has the link reads it."""
        return reverse("shared_list", args=[self.token])

    @property
    def is_private(self) -> bool:
        return self.visibility == self.Visibility.PRIVATE

    @property
    def is_shared(self) -> bool:
        return self.visibility == self.Visibility.LINK

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC


class ListItem(models.Model):
    """One resource in a list."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="items")
    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="list_items")
    note = models.TextField(_("your note"), max_length=600, blank=True)
    position = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["list", "page"], name="list_item_once")]
        indexes = [models.Index(fields=["list", "position"], name="list_item_order")]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.page_id}"


class ListFollow(models.Model):
    """Somebody wants to hear when a list grows."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "person"], name="list_follow_once")]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.person_id}"
