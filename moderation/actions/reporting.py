"""Telling moderators of something, from inside and outside, and keeping back what may identify a child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from moderation import emails, notifications
from moderation.actions.alleging import allege
from moderation.actions.case import Case, Verb, hold_case, open_case, write_decision
from moderation.actions.escalating import go_on
from moderation.models import Decision, Level, Report, is_about
from moderation.permissions import (
    HIDDEN_FROM_OUTSIDE_AN_HOUR,
    can_hide_at_once,
    can_hide_from_outside,
    hides_from_outside,
)
from moderation.registry import Summary
from moderation.screening import Kind
from moderation.watching import ABOUT_THE_WRITER, Caution

if TYPE_CHECKING:
    from accounts.models import User


class AlreadyReportedError(Exception):
    """This person's earlier report of the same thing still waits: `report`."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.reference)
        self.report = report


class Hold(NamedTuple):
    """Why a text waits for a moderator before others see it: what was found in it, and the writer's reason.

    Without a reason, nobody was asked: a rule of the moderators caught it. `said` is what the writer is told in place
    of the usual words; they are no longer on the page then, so they hear of it.
    """

    why: str
    found: tuple[Kind | Caution, ...]
    said: str = ""


@transaction.atomic
def report(
    *, subject: models.Model, reporter: User, reason: str, details: str = "", concerns: User | None = None
) -> Report:
    """Record a report and tell the moderators; what may identify a child is hidden at once.

    An allegation about staff goes to the safeguarding lead instead; `concerns`: whom it is about, if not the author.

    Raises AlreadyReportedError while an earlier report of this person waits, the model's DoesNotExist when it is gone.
    """
    case = _open_to_report(subject)
    if reason == Report.Reason.STAFF and case.summary:
        return allege(subject=case.row, summary=case.summary, reporter=reporter, details=details, concerns=concerns)
    earlier = case.waiting().filter(reporter=reporter).first()
    if earlier:
        raise AlreadyReportedError(earlier)
    made = _take(case, actor=reporter, reporter=reporter, reason=reason, details=details)
    may_identify = reason == Report.Reason.IDENTIFIES and not (case.is_hidden or case.adapter.is_place)
    if may_identify and case.summary and can_hide_at_once(reporter, case.row, case.summary):
        hold_case(case, made)
    return made


@transaction.atomic
def report_from_outside(*, subject: models.Model, reason: str, details: str = "", sender: str = "") -> Report:
    """Record what somebody without an account says, and tell the moderators.

    Nothing is hidden for it before the sender's address is confirmed (`confirm_sender`), for which they get an e-mail.
    Raises AlreadyReportedError while an earlier report from this address waits, the model's DoesNotExist when it is
    gone.
    """
    case = _open_to_report(subject)
    if reason == Report.Reason.STAFF and case.summary:
        made = allege(
            subject=case.row,
            summary=case.summary,
            reporter=None,
            details=details,
            sender=sender,
            is_from_outside=True,
        )
        if sender:
            emails.confirm_sender(made)
        return made
    earlier = case.waiting().filter(sender__iexact=sender).first() if sender else None
    if earlier:
        raise AlreadyReportedError(earlier)
    made = _take(case, actor=None, reason=reason, details=details, sender=sender, is_from_outside=True)
    if sender:
        emails.confirm_sender(made)
    return made


@transaction.atomic
def confirm_sender(*, made: Report) -> bool:
    """The sender of a report from outside has shown that the address is theirs. Whether that hid what it is about."""
    made = Report.objects.select_for_update().get(pk=made.pk)
    if made.confirmed_at is not None or made.state != Report.State.OPEN:
        return False
    made.confirmed_at = timezone.now()
    made.save(update_fields=["confirmed_at"])
    case = open_case(made.subject) if made.subject is not None else None
    if case is None or case.is_hidden or case.is_gone or case.adapter.is_place:
        return False
    if made.reason != Report.Reason.IDENTIFIES:
        return False
    if not can_hide_from_outside(made, case.row, cast(Summary, case.summary)):
        return False
    hold_case(case, made)
    if hides_from_outside() >= HIDDEN_FROM_OUTSIDE_AN_HOUR:
        notifications.rule_rests(made)
    return True


def _open_to_report(subject: models.Model) -> Case:
    """Errors: the model's DoesNotExist for what is gone."""
    case = open_case(subject)
    if case.row is None or case.summary is None:
        raise type(subject).DoesNotExist  # type: ignore[attr-defined]
    return case


def _take(case: Case, *, actor: User | None, **fields: Any) -> Report:
    made = Report.objects.create(
        reference=Report.free_reference(),
        content_type=case.content_type,
        object_id=case.pk,
        **{"concerns": case.author, **fields},
    )
    record(actor=actor, verb="moderation.report", subject=case.row, detail=_plain(made))
    notifications.report_received(made, case.author)
    if case.author and case.author.is_moderator and not notifications.who_decides(made, case.author):
        # The only moderator wrote it: whoever stands in for the moderators hears at once.
        go_on(made.pk, Level.STAND_IN)
    return made


@transaction.atomic
def hold(*, subject: models.Model, hold: Hold) -> Decision:
    """Keep what somebody has just written from others until a moderator has looked."""
    case = open_case(subject)
    made = Report.objects.create(
        reference=Report.free_reference(),
        content_type=case.content_type,
        object_id=case.pk,
        concerns=case.author,
        reason=Report.Reason.SCREENED if hold.why else Report.Reason.RULED,
        details="\n".join(filter(None, [_found(case, hold), hold.why])),
    )
    notifications.report_received(made, case.author)
    case.adapter.hide(case.row, None)
    why = (
        _("It may tell who a child or a family is, and you gave a reason for it.")
        if hold.why
        else _("The site keeps some posts back, by rules and not by people: you may have done nothing wrong.")
    )
    reason = f"{hold.said or why} {_('A moderator looks at it first, normally within 24 hours.')}"
    decision = write_decision(case, Verb.HOLD, reason=reason, actor=None, reports=[made])
    if hold.said:
        notifications.author_told(decision)
    return decision


def _found(case: Case, hold: Hold) -> str:
    """What caught it, in words. Where there is no name, nothing that a rule knows of the writer alone."""
    is_nameless = case.summary is not None and case.summary.is_nameless
    found = [kind for kind in hold.found if not (is_nameless and kind in ABOUT_THE_WRITER)]
    return ", ".join(str(kind.label) for kind in found)


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


def _plain(made: Report) -> dict[str, str]:
    return {"report": made.reference, "reason": str(made.reason)}
