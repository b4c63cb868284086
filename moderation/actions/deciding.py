"""Deciding, and looking again. Everything is written in one transaction, with the thing's row locked first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from moderation import emails, notifications
from moderation.actions.case import AlreadyDecidedError, Case, Verb, open_case, write_decision
from moderation.actions.measures import take_back
from moderation.models import Appeal, Decision, Escalation, Report
from moderation.registry import Adapter
from notifications.actions import settle

if TYPE_CHECKING:
    from accounts.models import User

# For so long somebody may ask for what was removed; then its words go for good.
APPEAL_TIME = dt.timedelta(days=28)
ERASED_AT_ONCE = 100


class Seen(NamedTuple):
    """What lay before the moderator: ids of the newest decision and the newest report about the thing, or 0."""

    decision: int = 0
    report: int = 0


def hide(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Hide a thing, or keep hidden what a report hid, and uphold the reports that the moderator saw."""
    return _decide(Verb.HIDE, subject, reason, seen, actor=actor)


def restore(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Show a hidden thing again and dismiss the reports that the moderator saw."""
    return _decide(Verb.RESTORE, subject, reason, seen, actor=actor)


def dismiss(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Leave a reported thing as it is."""
    return _decide(Verb.DISMISS, subject, reason, seen, actor=actor)


def edit(*, subject: models.Model, actor: User, reason: str, seen: Seen, text: str) -> Decision:
    """Write other words for its author and show it; what it said before is kept for moderators."""
    return _decide(Verb.EDIT, subject, reason, seen, text, actor=actor)


def remove(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Hide it, and take its words away for good once nobody may appeal any more (`erase_removed`)."""
    return _decide(Verb.REMOVE, subject, reason, seen, actor=actor)


def warn(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """A recorded word to its author; the thing itself stays as it is."""
    return _decide(Verb.WARN, subject, reason, seen, actor=actor)


def close(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Close a space: everybody reads on, nobody writes."""
    return _decide(Verb.CLOSE, subject, reason, seen, actor=actor)


def reopen(*, subject: models.Model, actor: User, reason: str, seen: Seen) -> Decision:
    """Open a closed space again."""
    return _decide(Verb.REOPEN, subject, reason, seen, actor=actor)


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


@by_active("actor")
def hear(*, appeal: Appeal, actor: User, grant: bool, answer: str) -> None:
    """Take a decision back or leave it. Errors: AlreadyDecidedError, with nothing done, if somebody was quicker."""
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=appeal.pk)
    first = Decision.objects.with_newest().get(pk=appeal.decision_id)
    subject = first.content_type.get_object_for_this_type(pk=first.object_id) if first.subject else None
    case = open_case(subject) if subject is not None else None
    if appeal.state != Appeal.State.OPEN or first.newest != first.pk:
        raise AlreadyDecidedError(case.latest if case else first)
    appeal.state = Appeal.State.GRANTED if grant else Appeal.State.REFUSED
    appeal.answer, appeal.heard_by, appeal.heard_at = answer, actor, timezone.now()
    appeal.save(update_fields=["state", "answer", "heard_by", "heard_at"])
    record(actor=actor, verb=f"moderation.appeal.{appeal.state}", subject=appeal, detail={"decision": first.pk})
    if grant and case:
        take_back(first, case, actor=actor, reason=answer)
    settle(appeal)
    notifications.appeal_heard(appeal)


def possible_verbs(
    adapter: Adapter, *, is_gone: bool, is_hidden: bool, is_waiting: bool, has_author: bool, is_removed: bool = False
) -> tuple[Verb, ...]:
    """What can be decided about a thing in this state, what is done most often first."""
    closing = (Verb.DISMISS,) if is_waiting else ()
    if is_gone:
        return closing
    if adapter.is_place:
        return (Verb.REOPEN, *closing) if is_hidden else (Verb.CLOSE, *closing)
    # That somebody looked, and it may stay, can be said of what nobody reported too.
    found = (Verb.RESTORE, *([Verb.HIDE] if is_waiting else [])) if is_hidden else (Verb.HIDE, Verb.DISMISS)
    more = [
        (Verb.EDIT, adapter.edit is not None and not is_removed),
        (Verb.WARN, has_author),
        (Verb.REMOVE, adapter.erase is not None and not is_removed),
    ]
    return (*found, *(verb for verb, is_possible in more if is_possible))


def erase_removed() -> int:
    """Takes away the words of what was removed, once the time for an appeal is over. Returns how many."""
    due = Decision.objects.with_newest().filter(
        verb=Verb.REMOVE, erased_at=None, decided_at__lt=timezone.now() - APPEAL_TIME
    )
    waits = Appeal.objects.waiting().values("decision")
    return sum(_erase(pk) for pk in list(due.exclude(pk__in=waits).values_list("pk", flat=True)[:ERASED_AT_ONCE]))


@transaction.atomic
def _erase(pk: int) -> bool:
    decided = Decision.objects.with_newest().get(pk=pk)
    subject = decided.subject
    is_last = decided.newest == decided.pk
    if subject is not None and is_last:
        case = open_case(subject)
        if case.adapter.erase and not case.is_gone:
            case.adapter.erase(case.row)
            record(actor=None, verb="moderation.erased", subject=subject, detail={"decision": pk})
    Decision.objects.filter(pk=pk).update(erased_at=timezone.now())
    return is_last


@by_active("actor")
def _decide(verb: Verb, subject: models.Model, reason: str, seen: Seen, text: str = "", *, actor: User) -> Decision:
    """Raises AlreadyDecidedError, with nothing done, if somebody else was quicker; PermissionDenied about one's own."""
    case = open_case(subject)
    # Asked here too: a page does not know the author of what stands where its reader cannot look.
    if case.author is not None and case.author.pk == actor.pk:
        raise PermissionDenied
    waiting = case.waiting().filter(pk__lte=seen.report)
    possible = possible_verbs(
        case.adapter,
        is_gone=case.is_gone,
        is_hidden=case.is_hidden,
        is_waiting=waiting.exists(),
        has_author=case.author is not None,
        is_removed=case.is_removed,
    )
    if verb not in possible or (case.latest.pk if case.latest else 0) != seen.decision:
        raise AlreadyDecidedError(case.latest)
    for change in _changes(case, verb, text):
        change(case.row, actor)
    reports = list(waiting)
    decision = write_decision(case, verb, reason=reason, actor=actor, reports=reports)
    state = Report.State.UPHELD if verb in Decision.UPHOLDING else Report.State.DISMISSED
    emails.report_decided(reports, verb)
    waiting.update(state=state, sender="", looked_at_by=None, looking_since=None)
    settle(*reports, *Escalation.objects.filter(report__in=reports))
    notifications.reports_decided(reports, decided_by=actor)
    notifications.author_told(decision)
    return decision


def _changes(case: Case, verb: Verb, text: str) -> list[Callable[[Any, User], object]]:
    if verb in (Verb.HIDE, Verb.REMOVE, Verb.CLOSE):
        return [] if case.is_hidden else [case.adapter.hide]
    if verb in (Verb.RESTORE, Verb.REOPEN):
        return [case.adapter.restore]
    if verb == Verb.EDIT and case.adapter.edit is not None:
        return [partial(_write, case.adapter.edit, text), *([case.adapter.restore] if case.is_hidden else [])]
    return []


def _write(edit: Callable[[Any, User, str], object], text: str, row: Any, actor: User) -> None:
    edit(row, actor, text)
