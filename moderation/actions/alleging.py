"""Allegations about people who work or volunteer with children: to the safeguarding lead at once, to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.standing import by_active
from audit.actions import record
from moderation import notifications, registry
from moderation.actions.case import AlreadyDecidedError
from moderation.actions.escalating import WAITS, administrators
from moderation.models import Duty, Escalation, Level, Outsider, Report, not_yet
from moderation.registry import Summary
from notifications.actions import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocabulary.models import Place


# An allegation waits for its lead as long as any report about a child waits before it goes to one.
NEXT = {Level.STAND_IN: WAITS[Level.LEAD], Level.OUTSIDER: WAITS[Level.STAND_IN]}
AT_ONCE = 100


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
    gone_on.told.set(_first_found(_circles(_place_of(made, summary)), _spared(made)))
    notifications.alleged(gone_on)
    return made


def pass_allegations_on() -> int:
    """Tell the next ones of every allegation that nobody took up in time, once each. Returns how many went on."""
    return sum(_pass_all_on(level) for level in NEXT)


def _pass_all_on(level: Level) -> int:
    since = timezone.now() - NEXT[level]
    late = Report.objects.waiting().filter(not_yet(level), reason=Report.Reason.STAFF, created_at__lte=since)
    return sum(_pass_on(pk, level) for pk in list(late.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _pass_on(pk: int, level: Level) -> bool:
    """To those of this level, else to the next circle in which there is somebody who has not been told."""
    made = Report.objects.select_for_update(of=("self",)).get(pk=pk)
    if made.state != Report.State.OPEN:
        return False
    gone_on, is_new = Escalation.objects.get_or_create(report=made, level=level)
    if not is_new:
        return False
    told = Escalation.objects.filter(report=made, told__isnull=False).values_list("told", flat=True)
    place = _place_of(made, registry.summary_of(made.subject))
    gone_on.told.set(_first_found(_later_circles(place, level), _spared(made) | set(told)))
    record(actor=None, verb=f"moderation.allegation.{level.value}", subject=gone_on, detail={"report": made.reference})
    notifications.alleged(gone_on)
    return True


@by_active("actor")
def take_up(*, escalation: Escalation, actor: User, route: str) -> None:
    """The lead says what they did; the reporter hears that somebody took it up. Errors: AlreadyDecidedError."""
    made = Report.objects.select_for_update(of=("self",)).get(pk=escalation.report_id)
    if made.state != Report.State.OPEN:
        raise AlreadyDecidedError(None)
    made.state, made.sender = Report.State.PASSED_ON, ""
    made.save(update_fields=["state", "sender"])
    record(actor=actor, verb="moderation.allegation.taken_up", subject=escalation, detail={"route": route})
    settle(*made.escalations.all())
    notifications.reports_decided([made], decided_by=actor)


def _place_of(made: Report, summary: Summary | None) -> Place | None:
    about = made.concerns
    return (summary.place if summary else None) or (about.place if about else None)


def _spared(made: Report) -> set[int | None]:
    """Never the person whom it concerns, nor whoever told us."""
    return {made.reporter_id, made.concerns_id}


def _first_found(circles: Iterator[models.QuerySet], spared: set[int | None]) -> list[int]:
    """Those who hear of it: the first of these circles in which somebody is left."""
    for circle in circles:
        left = set(circle) - spared
        if left:
            return sorted(pk for pk in left if pk)
    return []


def _circles(place: Place | None) -> Iterator[models.QuerySet]:
    yield Duty.objects.at(place, Level.LEAD).values_list("person", flat=True)
    anywhere = Duty.objects.filter(level=Level.LEAD, person__is_active=True)
    yield anywhere.values_list("person", flat=True)
    yield administrators()
    yield Outsider.objects.active()


def _later_circles(place: Place | None, level: Level) -> Iterator[models.QuerySet]:
    if level == Level.STAND_IN:
        yield Duty.objects.at(place, Level.STAND_IN).values_list("person", flat=True)
    else:
        yield Outsider.objects.active()
    yield from _circles(place)
