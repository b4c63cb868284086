"""Allegations about people who work or volunteer with children: to the safeguarding lead at once, to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actions import record
from moderation import notifications
from moderation.actions.case import AlreadyDecidedError
from moderation.actions.escalating import administrators
from moderation.models import Duty, Escalation, Level, Outsider, Report
from moderation.registry import Summary
from notifications.actions import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocabulary.models import Place


class Route(models.TextChoices):
    """What a safeguarding lead has done about an allegation."""

    OFFICER = "lado", _("I told the local authority designated officer")
    POLICE = "police", _("I told the police")
    EMPLOYER = "employer", _("I told the safeguarding lead of the employer or charity")
    NOTHING = "nothing", _("I looked into it, and nothing more is needed")


@transaction.atomic
def allege(
    *,
    subject: models.Model,
    summary: Summary,
    reporter: User | None,
    details: str,
    concerns: User | None = None,
    **fields: object,
) -> Report:
    """Record an allegation beside a thing, and tell the place's safeguarding lead, who is never whom it concerns.

    Without `concerns` it is about the author of the thing. The audit log does not say about what it was.
    """
    about = concerns or summary.author
    made = Report.objects.create(
        reference=Report.free_reference(),
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        reporter=reporter,
        reason=Report.Reason.STAFF,
        details=details,
        concerns=about,
        **fields,
    )
    record(actor=reporter, verb="moderation.allegation", subject=made, detail={"report": made.reference})
    gone_on = Escalation.objects.create(report=made, level=Level.LEAD)
    spared = {reporter.pk if reporter else None, about.pk if about else None}
    gone_on.told.set(_first_found(summary.place or (about.place if about else None), spared))
    notifications.alleged(gone_on)
    return made


@transaction.atomic
def take_up(*, escalation: Escalation, actor: User, route: str) -> None:
    """The lead says what they did; the reporter hears that somebody took it up. Errors: AlreadyDecidedError."""
    made = Report.objects.select_for_update(of=("self",)).get(pk=escalation.report_id)
    if made.state != Report.State.OPEN:
        raise AlreadyDecidedError(None)
    made.state, made.sender = Report.State.PASSED_ON, ""
    made.save(update_fields=["state", "sender"])
    record(actor=actor, verb="moderation.allegation.taken_up", subject=escalation, detail={"route": route})
    settle(escalation)
    notifications.reports_decided([made], decided_by=actor)


def _first_found(place: Place | None, spared: set[int | None]) -> list[int]:
    """Those who hear of it: the first of these circles in which somebody is left."""
    for circle in _circles(place):
        left = set(circle) - spared
        if left:
            return sorted(pk for pk in left if pk)
    return []


def _circles(place: Place | None) -> Iterator[models.QuerySet]:
    yield Duty.objects.at(place, Level.LEAD).values_list("person", flat=True)
    anywhere = Duty.objects.filter(level=Level.LEAD, person__is_active=True)
    yield anywhere.values_list("person", flat=True)
    yield administrators()
    yield Outsider.objects.filter(person__is_active=True).values_list("person", flat=True)
