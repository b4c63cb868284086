"""Polls: a question and two to ten answers beneath the first post of a thread; docs/decisions/anonymous-polls.md."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from forum.models.post import Post
from web.zones import LONDON

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
# Where fewer have voted, who knows one of them knows too much.
FEWEST_ANONYMOUS = 5


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, user: User | AnonymousUser) -> PollQuerySet:
        """Polls of posts that this reader may see."""
        return self.filter(post__in=Post.objects.visible_to(user))

    def due(self) -> PollQuerySet:
        """Those whose day has come."""
        return self.filter(closed_at__isnull=True, closes_at__lte=timezone.now())


class Poll(models.Model):
    """A question to the readers of a thread; it goes with the thread's first post wherever that stands."""

    class Results(models.TextChoices):
        AFTER_VOTING = "voting", _("Whoever has voted sees them at once")
        AFTER_CLOSING = "closing", _("Everybody sees them when the poll is closed")

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="poll")
    question = models.CharField(_("question"), max_length=200)
    is_several = models.BooleanField(_("people may choose several answers"), default=False)
    is_anonymous = models.BooleanField(_("nobody sees who chose what"), default=False)
    results = models.CharField(_("results"), max_length=7, choices=Results, default=Results.AFTER_VOTING)
    closes_on = models.DateField(_("last day"), null=True, blank=True)
    closes_time = models.TimeField(_("closes at"), null=True, blank=True)
    time_zone = models.CharField(max_length=60, default=LONDON)
    closes_at = models.DateTimeField(null=True, editable=False, help_text="The same in UTC, for ordering.")
    closed_at = models.DateTimeField(null=True, editable=False)
    voter_count = models.PositiveIntegerField(default=0, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["closes_at"], condition=Q(closes_at__isnull=False, closed_at__isnull=True), name="poll_to_close"
            )
        ]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return f"{self.post.thread.place_url(self.post.number)}-poll"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None or (self.closes_at is not None and self.closes_at <= timezone.now())

    @property
    def is_telling(self) -> bool:
        """So many have voted that the numbers tell nothing of one of them."""
        return not self.is_anonymous or self.voter_count >= FEWEST_ANONYMOUS

    def voter_key(self, person: User) -> str:
        """What stands for a person in this poll; nobody without the site's secret key can tell whom."""
        return salted_hmac("forum.poll", f"{self.pk}:{person.pk}", algorithm="sha256").hexdigest()


class PollOption(models.Model):
    """One answer that can be chosen."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    vote_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="poll_option_place_once")]

    def __str__(self) -> str:
        return self.text


class PollVoteQuerySet(models.QuerySet["PollVote"]):
    def visible_to(self, user: User | AnonymousUser) -> PollVoteQuerySet:
        """Who chose what, for members who may read the poll; of anonymous polls nothing, to nobody."""
        if not (user.is_authenticated and user.is_member):
            return self.none()
        open_polls = Poll.objects.visible_to(user).filter(is_anonymous=False)
        return self.filter(Exists(open_polls.filter(pk=OuterRef("poll"))))


class PollVote(models.Model):
    """One answer that one person chose. Of an anonymous poll it names no person and no time."""

    # In no order: a number would tell who voted before whom.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    voter = models.CharField(max_length=64, help_text="Stands for the person: see Poll.voter_key.")
    slot = models.PositiveSmallIntegerField(
        help_text="0 where one answer may be chosen, else the answer's place: a voter fills each slot once."
    )

    objects = PollVoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "voter", "slot"], name="poll_vote_once")]

    def __str__(self) -> str:
        return f"A vote in {self.poll_id}"
