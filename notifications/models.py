from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from web.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

MOST_COUNTED = 100


class Channel(models.TextChoices):
    INBOX = "inbox", _("On the site")
    EMAIL = "email", _("By e-mail")


class Event(models.Model):
    """Something happened that people may want to hear of; the worker works out who."""

    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    expanded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def inbox_of(self, user: User | int) -> NotificationQuerySet:
        return self.filter(person=user, channel=Channel.INBOX)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def about(self, subjects: list[models.Model]) -> NotificationQuerySet:
        """Those whose event is about one of these rows."""
        wanted = Q(pk__in=[])
        for subject in subjects:
            content_type = ContentType.objects.get_for_model(subject, for_concrete_model=True)
            wanted |= Q(event__content_type=content_type, event__object_id=subject.pk)
        return self.filter(wanted)

    def unread_count(self, user: User) -> int:
        """Never over a hundred: the header says "99+", and the index is read no further than that."""
        return len(UNREAD.rows(person=user.pk))

    def mark_read(self) -> int:
        return self.unread().update(read_at=timezone.now())

    def older_than(self, age: dt.timedelta) -> NotificationQuerySet:
        return self.filter(created_at__lt=timezone.now() - age)


class Notification(models.Model):
    """One person is told of one event, over one channel, once."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notifications")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    channel = models.CharField(max_length=10, choices=Channel)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(
        default=timezone.now, help_text="When it was last made sure that this person may still see it."
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], condition=Q(channel="inbox"), name="notification_inbox"),
            models.Index(
                fields=["person"], condition=Q(channel="inbox", read_at__isnull=True), name="notification_unread"
            ),
            models.Index(
                fields=["checked_at"], condition=Q(channel="inbox", read_at__isnull=True), name="notification_unchecked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.event_id}"


class Preference(models.Model):
    """Whether a person wants one kind of message over one channel; a missing row means the kind's own default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}: {self.wanted}"


# Beside each page's header: written by the ORM each time, it would be the dearest part of it.
UNREAD = Prepared(
    lambda person: (
        Notification.objects.inbox_of(person).unread().order_by().values_list("pk", flat=True)[:MOST_COUNTED]
    ),
    "person",
)


class FollowingQuerySet(models.QuerySet["Following"]):
    def wishing(self, wish: str) -> FollowingQuerySet:
        return self.filter(wish=wish)

    def of_any(self, things: Iterable[tuple[str, int | None]]) -> FollowingQuerySet:
        """Of any of these things, given as kind and number."""
        wanted = Q(pk__in=[])
        for kind, pk in things:
            if pk is not None:
                wanted |= Q(kind=kind, object_id=pk)
        return self.filter(wanted)

    def muted_by(self, user: User, kind: str) -> models.QuerySet:
        """The numbers of what this person wants to hear nothing of, for a subquery."""
        return self.filter(person=user, kind=kind, wish=Following.Wish.MUTE).values("object_id")


class Following(models.Model):
    """A person wants to hear of a space, a topic or another person, or wants to hear nothing of it.

    `kind` is the key of a `notifications.following.Followable`. Who follows a thread stands in the forum's own table.
    """

    class Wish(models.TextChoices):
        FOLLOW = "follow", _("Followed")
        MUTE = "mute", _("Muted")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings")
    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    wish = models.CharField(max_length=6, choices=Wish)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "object_id"], name="following_once")]
        indexes = [models.Index(fields=["kind", "object_id", "wish"], name="following_of")]

    def __str__(self) -> str:
        return f"{self.wish} {self.kind} {self.object_id}"


class DigestChoice(models.Model):
    """How often a person wants the summary by e-mail; a missing row means `notifications.digests.DEFAULT`."""

    class Frequency(models.TextChoices):
        OFF = "off", _("Never")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Once a week, on Tuesdays")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_choice")
    frequency = models.CharField(max_length=6, choices=Frequency)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.frequency}"


class Digest(models.Model):
    """The summary of one morning was written to a person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField(help_text="Where the person is.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once")]
        indexes = [models.Index(fields=["day"], name="digest_of_day")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day}"


class ReceivedMail(models.Model):
    """A reply by e-mail was taken, or refused: the same message is not taken again."""

    class Outcome(models.TextChoices):
        POSTED = "posted", _("Posted")
        REFUSED = "refused", _("Refused, and its sender was told")
        AUTOMATIC = "automatic", _("Written by a machine")
        UNKNOWN = "unknown", _("To no address of ours")

    key = models.CharField(max_length=64, unique=True, help_text="A digest of its Message-ID.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.outcome}"
