"""Deciding, and looking again. Everything is written in one transaction, with the thing's row locked first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models, transaction
from django.utils import timezone

from audit.actions import record
from moderation import emails, notifications
from moderation.actions.case import Case, Verb, open_case, write_decision
from moderation.models import Appeal, Decision, Escalation, Report
from notifications.actions import settle

if TYPE_CHECKING:
    from accounts.models import User


class AlreadyDecidedError(Exception):
    """What the moderator saw is no longer so; `decision` is the newest one, None where there never was one."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__()
        self.decision = decision


class Seen(NamedTuple):
    """What lay before the moderator: ids of the newest decision and the newest report about the thing, or 0."""

    decision: int = 0
    report: int = 0


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
    actor = None if decision.is_nameless else author
    record(actor=actor, verb="moderation.appeal", subject=made, detail={"decision": decision.pk})
    notifications.appeal_received(made)
    return made


@transaction.atomic
def hear(*, appeal: Appeal, actor: User, grant: bool, answer: str) -> None:
    """Show it again or leave it hidden. Errors: AlreadyDecidedError, with nothing done, if somebody was quicker."""
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=appeal.pk)
    first = appeal.decision
    subject = first.content_type.get_object_for_this_type(pk=first.object_id) if first.subject else None
    case = open_case(subject) if subject is not None else None
    if appeal.state != Appeal.State.OPEN or (case and case.latest and case.latest.pk != first.pk):
        raise AlreadyDecidedError(case.latest if case else first)
    appeal.state = Appeal.State.GRANTED if grant else Appeal.State.REFUSED
    appeal.answer, appeal.heard_by, appeal.heard_at = answer, actor, timezone.now()
    appeal.save(update_fields=["state", "answer", "heard_by", "heard_at"])
    record(actor=actor, verb=f"moderation.appeal.{appeal.state}", subject=appeal, detail={"decision": first.pk})
    if grant and case and case.is_hidden:
        case.adapter.restore(case.row, actor)
        write_decision(case, Verb.RESTORE, reason=answer, actor=actor, reports=[])
    settle(appeal)
    notifications.appeal_heard(appeal)


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
    case = open_case(subject)
    waiting = case.waiting().filter(pk__lte=seen.report)
    possible = possible_verbs(is_gone=case.is_gone, is_hidden=case.is_hidden, is_waiting=waiting.exists())
    if verb not in possible or (case.latest.pk if case.latest else 0) != seen.decision:
        raise AlreadyDecidedError(case.latest)
    change = _change(case, verb)
    if change:
        change(case.row, actor)
    reports = list(waiting)
    decision = write_decision(case, verb, reason=reason, actor=actor, reports=reports)
    state = Report.State.UPHELD if verb == Verb.HIDE else Report.State.DISMISSED
    emails.report_decided(reports, state)
    waiting.update(state=state, sender="")
    settle(*reports, *Escalation.objects.filter(report__in=reports))
    notifications.reports_decided(reports, decided_by=actor)
    notifications.author_told(decision)
    return decision


def _change(case: Case, verb: Verb) -> Callable[[Any, User | None], object] | None:
    if verb == Verb.HIDE and not case.is_hidden:
        return case.adapter.hide
    return case.adapter.restore if verb == Verb.RESTORE else None
