"""Reporting and deciding. Everything is written in one transaction, with the reported thing's row locked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from moderation import notifications, registry
from moderation.models import Appeal, Decision, Report, is_about
from moderation.permissions import can_hide_at_once
from moderation.registry import Adapter, Summary
from moderation.screening import Kind
from notifications.actions import settle

if TYPE_CHECKING:
    from accounts.models import User

Verb = Decision.Verb


class AlreadyReportedError(Exception):
    """This person's earlier report of the same thing still waits: `report`."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.reference)
        self.report = report


class AlreadyDecidedError(Exception):
    """What the moderator saw is no longer so; `decision` is the newest one, None where there never was one."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__()
        self.decision = decision


class Seen(NamedTuple):
    """What lay before the moderator: ids of the newest decision and the newest report about the thing, or 0."""

    decision: int = 0
    report: int = 0


class Hold(NamedTuple):
    """Why a text waits for a moderator before others see it: the writer's reason, and what was found in it."""

    why: str
    found: tuple[Kind, ...]


@dataclass(slots=True)
class _Case:
    """One thing with its row locked; `row` and `summary` are None where it has been deleted since."""

    adapter: Adapter
    content_type: ContentType
    pk: int
    row: Any
    summary: Summary | None
    latest: Decision | None

    @property
    def is_hidden(self) -> bool:
        return self.row is not None and self.adapter.is_hidden(self.row)

    @property
    def is_gone(self) -> bool:
        return self.row is None or self.adapter.is_gone(self.row)

    @property
    def author(self) -> User | None:
        return self.summary.author if self.summary else None

    def waiting(self) -> models.QuerySet[Report]:
        return Report.objects.waiting().filter(is_about(self.content_type, self.pk))


@transaction.atomic
def report(*, subject: models.Model, reporter: User, reason: str, details: str = "") -> Report:
    """Record a report and tell the moderators; what may identify a child is hidden at once.

    Raises AlreadyReportedError while an earlier report of this person waits, the model's DoesNotExist when it is gone.
    """
    case = _open(subject)
    if case.row is None or case.summary is None:
        raise type(subject).DoesNotExist  # type: ignore[attr-defined]
    earlier = case.waiting().filter(reporter=reporter).first()
    if earlier:
        raise AlreadyReportedError(earlier)
    made = Report.objects.create(
        reference=Report.free_reference(),
        content_type=case.content_type,
        object_id=case.pk,
        reporter=reporter,
        reason=reason,
        details=details,
    )
    record(actor=reporter, verb="moderation.report", subject=case.row, detail=_plain(made))
    notifications.report_received(made, case.author)
    may_identify = reason == Report.Reason.IDENTIFIES and not case.is_hidden
    if may_identify and can_hide_at_once(reporter, case.row, case.summary):
        _hold(case, made)
    return made


@transaction.atomic
def hold(*, subject: models.Model, hold: Hold) -> Decision:
    """Keep what somebody has just written from others until a moderator has looked. The writer was told on the page."""
    case = _open(subject)
    made = Report.objects.create(
        reference=Report.free_reference(),
        content_type=case.content_type,
        object_id=case.pk,
        reason=Report.Reason.SCREENED,
        details="\n".join([", ".join(str(kind.label) for kind in hold.found), hold.why]),
    )
    notifications.report_received(made, case.author)
    case.adapter.hide(case.row, None)
    reason = _(
        "It may tell who a child or a family is, and you gave a reason for it. "
        "A moderator looks at it first, normally within 24 hours."
    )
    return _write(case, Verb.HOLD, reason=reason, actor=None, reports=[made])


def hide(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Hide a thing, or keep hidden what a report hid, and uphold the reports that the moderator saw."""
    return _decide(Verb.HIDE, subject, actor, reason, seen)


def restore(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Show a hidden thing again and dismiss the reports that the moderator saw."""
    return _decide(Verb.RESTORE, subject, actor, reason, seen)


def dismiss(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Leave a reported thing as it is."""
    return _decide(Verb.DISMISS, subject, actor, reason, seen)


@transaction.atomic
def appeal(*, decision: Decision, author: User, text: str) -> Appeal:
    """Ask somebody else to look again. Errors: AlreadyDecidedError where it has been asked before."""
    made, is_new = Appeal.objects.get_or_create(decision=decision, defaults={"text": text})
    if not is_new:
        raise AlreadyDecidedError(decision)
    record(actor=author, verb="moderation.appeal", subject=made, detail={"decision": decision.pk})
    notifications.appeal_received(made)
    return made


@transaction.atomic
def hear(*, appeal: Appeal, actor: User, grant: bool, answer: str) -> None:
    """Show it again or leave it hidden. Errors: AlreadyDecidedError, with nothing done, if somebody was quicker."""
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=appeal.pk)
    first = appeal.decision
    subject = first.content_type.get_object_for_this_type(pk=first.object_id) if first.subject else None
    case = _open(subject) if subject is not None else None
    if appeal.state != Appeal.State.OPEN or (case and case.latest and case.latest.pk != first.pk):
        raise AlreadyDecidedError(case.latest if case else first)
    appeal.state = Appeal.State.GRANTED if grant else Appeal.State.REFUSED
    appeal.answer, appeal.heard_by, appeal.heard_at = answer, actor, timezone.now()
    appeal.save(update_fields=["state", "answer", "heard_by", "heard_at"])
    record(actor=actor, verb=f"moderation.appeal.{appeal.state}", subject=appeal, detail={"decision": first.pk})
    if grant and case and case.is_hidden:
        case.adapter.restore(case.row, actor)
        _write(case, Verb.RESTORE, reason=answer, actor=actor, reports=[])
    settle(appeal)
    notifications.appeal_heard(appeal)


@transaction.atomic
def pass_on(*, subject: models.Model, to: models.Model) -> None:
    """What was reported stands somewhere else now: its waiting reports are about that.

    A report by somebody who has one there already stays behind, where it can only be closed.
    """
    waiting = Report.objects.waiting()
    here, there = (is_about(ContentType.objects.get_for_model(row), row.pk) for row in (subject, to))
    asked = waiting.filter(there, reporter__isnull=False).values("reporter")
    moving = waiting.filter(here).exclude(reporter__in=asked)
    moving.update(content_type=ContentType.objects.get_for_model(to), object_id=to.pk)


def possible_verbs(*, is_gone: bool, is_hidden: bool, is_waiting: bool) -> tuple[Verb, ...]:
    """What can be decided about a thing in this state."""
    if is_gone:
        return (Verb.DISMISS,) if is_waiting else ()
    if is_hidden:
        return (Verb.RESTORE, Verb.HIDE) if is_waiting else (Verb.RESTORE,)
    return (Verb.HIDE, Verb.DISMISS) if is_waiting else (Verb.HIDE,)


@transaction.atomic
def _decide(verb: Verb, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Raises AlreadyDecidedError, with nothing done, if somebody else was quicker."""
    case = _open(subject)
    waiting = case.waiting().filter(pk__lte=seen.report)
    possible = possible_verbs(is_gone=case.is_gone, is_hidden=case.is_hidden, is_waiting=waiting.exists())
    if verb not in possible or (case.latest.pk if case.latest else 0) != seen.decision:
        raise AlreadyDecidedError(case.latest)
    change = _change(case, verb)
    if change:
        change(case.row, actor)
    reports = list(waiting)
    decision = _write(case, verb, reason=reason, actor=actor, reports=reports)
    waiting.update(state=Report.State.UPHELD if verb == Verb.HIDE else Report.State.DISMISSED)
    settle(*reports)
    notifications.reports_decided(reports, decided_by=actor)
    notifications.author_told(decision)
    return decision


def _change(case: _Case, verb: Verb) -> Callable[[Any, User | None], object] | None:
    if verb == Verb.HIDE and not case.is_hidden:
        return case.adapter.hide
    return case.adapter.restore if verb == Verb.RESTORE else None


def _hold(case: _Case, made: Report) -> None:
    case.adapter.hide(case.row, None)
    reason = _(
        "A member told us that this may identify a child or a family. It is hidden until a moderator has looked."
    )
    notifications.author_told(_write(case, Verb.HOLD, reason=reason, actor=None, reports=[made]))


def _open(subject: models.Model) -> _Case:
    """Locks the thing's row, so that whoever comes second sees what the first one did."""
    adapter = registry.of(subject)
    rows = adapter.model._base_manager.select_for_update(no_key=True)
    row = rows.filter(pk=subject.pk).first()
    content_type = ContentType.objects.get_for_model(adapter.model)
    latest = Decision.objects.filter(is_about(content_type, subject.pk)).select_related("decided_by")
    return _Case(
        adapter=adapter,
        content_type=content_type,
        pk=subject.pk,
        row=row,
        summary=adapter.summary(row) if row is not None else None,
        latest=latest.order_by("-pk").first(),
    )


def _write(case: _Case, verb: Verb, *, reason: str, actor: User | None, reports: list[Report]) -> Decision:
    decision = Decision.objects.create(
        content_type=case.content_type,
        object_id=case.pk,
        verb=verb,
        reason=reason,
        author=case.author,
        decided_by=actor,
    )
    decision.reports.set(reports)
    record(
        actor=actor,
        verb=f"moderation.{verb.value}",
        subject=case.row if case.row is not None else case.adapter.model(pk=case.pk),
        detail={"decision": decision.pk, "reports": [made.reference for made in reports]},
    )
    return decision


def _plain(made: Report) -> dict[str, str]:
    return {"report": made.reference, "reason": str(made.reason)}
