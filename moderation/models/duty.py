from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moderation.models.report import Report
from vocabulary.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Level(models.TextChoices):
    """To whom a report goes that nobody has decided about in time."""

    LEAD = "lead", _("Safeguarding lead")
    STAND_IN = "stand_in", _("Stand-in for the moderators")
    OUTSIDER = "outsider", _("Outsider")


# Outsiders are named in a list of their own.
DUTIES = [(level.value, level.label) for level in (Level.LEAD, Level.STAND_IN)]


class DutyQuerySet(models.QuerySet["Duty"]):
    def at(self, place: Place | None, level: Level) -> DutyQuerySet:
        """Those named for this place, for one that it lies in, or for everywhere."""
        here = Q(place=None)
        if place is not None:
            above = [place.path[:end] for end in range(Place.steplen, len(place.path) + 1, Place.steplen)]
            here |= Q(place__path__in=above)
        return self.filter(here, level=level, person__is_active=True)


class Duty(models.Model):
    """Somebody who is told of what waits too long: the safeguarding lead of a place, or a stand-in."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(_("duty"), max_length=8, choices=DUTIES)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text=_("With all that lies in it. Leave it empty for everywhere."),
    )  # fmt: skip

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(fields=["person", "level", "place"], name="duty_once"),
            models.UniqueConstraint(fields=["person", "level"], condition=Q(place=None), name="duty_once_everywhere"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.person}"


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, user: User | AnonymousUser) -> EscalationQuerySet:
        """For those whom it went to while the report waits; they need not be moderators."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        mine = self.filter(told=user, report__state=Report.State.OPEN)
        return mine.exclude(report__reporter=user).exclude(report__concerns=user)

    def ordinary(self) -> EscalationQuerySet:
        """Without allegations against staff and volunteers."""
        return self.exclude(report__reason=Report.Reason.STAFF)


class Escalation(models.Model):
    """A report that went on to the safeguarding lead, a stand-in or an outsider, once each."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="escalations")
    level = models.CharField(max_length=8, choices=Level)
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "level"], name="escalated_once")]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:concern", args=[self.pk])


def not_yet(level: Level) -> Q:
    """For a filter of reports: those that have not gone on to this level."""
    return ~Q(Exists(Escalation.objects.filter(report=OuterRef("pk"), level=level)))
