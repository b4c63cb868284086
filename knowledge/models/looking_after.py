"""What keeps a resource right after it was published: versions, reviews, links that work, what readers say."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """A resource as it was published once: when, and what changed. Its words are the revision's, which may go."""

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(_("what changed, and why"), max_length=300, blank=True)
    parts = models.JSONField(default=list, help_text="Names of the columns that differ from the version before.")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.page_id}, version {self.number}"


class Review(models.Model):
    """Somebody read a resource and found it still right."""

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_on = models.DateField()
    was_due_on = models.DateField(null=True)
    next_due_on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["page", "-reviewed_on"], name="review_of_page")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.reviewed_on}"


class ReviewReminder(models.Model):
    """A reminder that went out: one for each date and stage, however often the clock asks."""

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    days = models.SmallIntegerField(help_text="After the date; before it where negative.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "due_on", "days"], name="review_reminder_once")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.due_on} {self.days:+}"


class LinkQuerySet(models.QuerySet["Link"]):
    def due(self) -> LinkQuerySet:
        return self.filter(next_check_at__lte=timezone.now()).order_by("next_check_at", "pk")

    def broken(self) -> LinkQuerySet:
        return self.filter(broken_since__isnull=False)


class Link(models.Model):
    """An address outside that live resources lead to, and whether anything is there."""

    class Outcome(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at yet")
        FINE = "fine", _("Works")
        GONE = "gone", _("There is nothing there any more")
        SILENT = "silent", _("No answer")
        ERROR = "error", _("The other site has a fault")
        CLOSED = "closed", _("Cannot be checked: the other site lets no checker in")
        REFUSED = "refused", _("Not checked: it is no address of the public web")

    FAILURES = (Outcome.GONE, Outcome.SILENT, Outcome.ERROR)

    address = models.CharField(max_length=500, unique=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.UNKNOWN)
    status = models.PositiveSmallIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(default=timezone.now)
    failed_on = models.DateField(null=True, help_text="The last day without success.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Days in a row without success.")
    broken_since = models.DateField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_check_at", "id"], name="link_due"),
            models.Index(fields=["broken_since"], condition=Q(broken_since__isnull=False), name="link_broken"),
        ]

    def __str__(self) -> str:
        return self.address


class LinkUse(models.Model):
    """This resource leads there."""

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="links")
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "link"], name="link_use_once")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.link_id}"


class LinkReading(models.Model):
    """When the addresses in a resource were gathered last."""

    page = models.OneToOneField(
        "knowledge.ResourcePage", on_delete=models.CASCADE, primary_key=True, related_name="link_reading"
    )
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.page_id)


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def lately(self, days: int) -> FeedbackQuerySet:
        return self.filter(day__gte=timezone.localdate() - dt.timedelta(days=days))


class Feedback(models.Model):
    """A reader's yes or no, on a day. It holds neither who nor from where: docs/decisions/helpful-tracks-nobody.md."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("It is hard to understand")
        OUTDATED = "outdated", _("It is out of date")
        WRONG = "wrong", _("Something in it is wrong")
        MISSING = "missing", _("What I looked for is not there")
        ELSEWHERE = "elsewhere", _("It does not fit where I work")
        BROKEN = "broken", _("A link or a download does not work")
        OTHER = "other", _("Something else")

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="feedback")
    is_helpful = models.BooleanField()
    reason = models.CharField(_("why not"), max_length=10, choices=Reason, blank=True)
    text = models.TextField(_("what would help"), max_length=1000, blank=True)
    day = models.DateField(default=timezone.localdate)
    settled_at = models.DateTimeField(null=True, help_text="When somebody read the reason and dealt with it.")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["page", "day"], name="feedback_of_page"),
            models.Index(fields=["day"], condition=Q(is_helpful=False), name="feedback_not_helpful"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {'yes' if self.is_helpful else 'no'}"
