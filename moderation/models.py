from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """Somebody's word that something should be looked at."""

    class Reason(models.TextChoices):
        IDENTIFIES = "identifies", _("It may identify a child or a family")
        HARM = "harm", _("Somebody may be at risk of harm")
        ABUSE = "abuse", _("It is unkind, threatening or discriminating")
        WRONG = "wrong", _("It is unsafe or wrong advice")
        SPAM = "spam", _("It is advertising or does not belong here")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        UPHELD = "upheld", _("Hidden")
        DISMISSED = "dismissed", _("Left as it is")

    reference = models.CharField(max_length=12, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("what is wrong with it"), max_length=12, choices=Reason)
    details = models.TextField(_("what should the moderators know"), max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "reporter"], condition=Q(state="open"), name="report_once_while_open"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="report_queue"),
            models.Index(fields=["content_type", "object_id"], name="report_subject"),
        ]

    def __str__(self) -> str:
        return self.reference


class Decision(models.Model):
    """What a moderator decided about something, and why."""

    class Verb(models.TextChoices):
        HIDE = "hide", _("Hidden")
        RESTORE = "restore", _("Shown again")
        DISMISS = "dismiss", _("Report dismissed")

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    verb = models.CharField(max_length=10, choices=Verb)
    reason = models.TextField(_("reason"), max_length=1000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    reports = models.ManyToManyField(Report, blank=True, related_name="decisions")

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id", "-decided_at"], name="decision_subject")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.object_id}"
