"""What is decided about people: closing an account, letting somebody back in, how far they are trusted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions as accounts
from accounts import closing
from accounts.models import Trust, User
from accounts.standing import by_active
from moderation import emails, notifications
from moderation.actions.case import AlreadyDecidedError, Case, Verb, open_case, write_decision
from moderation.models import Decision

if TYPE_CHECKING:
    from collections.abc import Callable

LIFTED_AT_ONCE = 200


@by_active("actor")
def suspend(*, person: User, actor: User, reason: str, seen: int, until: dt.datetime | None = None) -> Decision:
    """Close an account until then, or until somebody opens it. Errors: AlreadyDecidedError, PermissionDenied."""
    case = _open(person, seen)
    accounts.suspend(actor=actor, person=case.row, until=until)
    return _close(case, Verb.SUSPEND, actor, reason, until)


@by_active("actor")
def expel(*, person: User, actor: User, reason: str, seen: int, anonymise: bool = False) -> Decision:
    """Close an account for good; what they wrote keeps their name or loses it. Errors: as `suspend`."""
    case = _open(person, seen)
    accounts.suspend(actor=actor, person=case.row)
    if anonymise:
        closing.anonymise(case.row)
    return _close(case, Verb.EXPEL, actor, reason)


@by_active("actor")
def lift(*, person: User, actor: User | None, reason: str, seen: int | None = None) -> Decision:
    """Open a closed account again. Errors: as `suspend`."""
    case = _open(person, seen)
    accounts.reinstate(actor=actor, person=case.row)
    decision = write_decision(case, Verb.LIFT, reason=reason, actor=actor, reports=[])
    notifications.author_told(decision)
    return decision


@by_active("actor")
def set_trust(*, person: User, actor: User, reason: str, seen: int, level: Trust | None) -> Decision:
    """Hold somebody at a level, or let it follow from taking part again. Errors: as `suspend`."""
    case = _open(person, seen)
    accounts.set_trust(actor=actor, person=case.row, level=level)
    decision = write_decision(case, Verb.TRUST, reason=reason, actor=actor, reports=[])
    notifications.author_told(decision)
    return decision


def newest_about(person: User) -> Decision | None:
    """The last thing that was decided about somebody or their profile, for `seen`."""
    return Decision.objects.about(person).order_by("-pk").first()


def lift_due() -> int:
    """Let those back in whose time is over, and tell them. Returns how many."""
    due = User.objects.filter(is_active=False, suspended_until__lte=timezone.now()).order_by("pk")
    return sum(_lift_one(pk) for pk in list(due.values_list("pk", flat=True)[:LIFTED_AT_ONCE]))


@transaction.atomic
def _lift_one(pk: int) -> bool:
    person = User.objects.select_for_update(no_key=True).get(pk=pk)
    if person.is_active or person.suspended_until is None:
        return False
    lift(person=person, actor=None, reason=_("The time for which your account was closed is over."))
    return True


def take_back(first: Decision, case: Case, *, actor: User, reason: str) -> None:
    """Undo a decision that an appeal was granted against, within the caller's transaction."""
    undo: dict[str, Callable[[], object]] = {
        Verb.HIDE: lambda: _show(case, Verb.RESTORE, actor, reason),
        Verb.REMOVE: lambda: _show(case, Verb.RESTORE, actor, reason),
        Verb.CLOSE: lambda: _show(case, Verb.REOPEN, actor, reason),
        Verb.EDIT: lambda: _put_back(case, first),
        Verb.SUSPEND: lambda: _open_again(case, actor, reason),
        Verb.EXPEL: lambda: _open_again(case, actor, reason),
        Verb.TRUST: lambda: accounts.set_trust(actor=None, person=case.row, level=None),
    }
    if first.verb in undo:
        undo[first.verb]()


def _put_back(case: Case, first: Decision) -> None:
    if case.adapter.unedit is not None and first.decided_by is not None:
        case.adapter.unedit(case.row, first.decided_by)


def _show(case: Case, verb: Verb, actor: User, reason: str) -> None:
    if case.is_hidden:
        case.adapter.restore(case.row, actor)
        write_decision(case, verb, reason=reason, actor=actor, reports=[])


def _open_again(case: Case, actor: User, reason: str) -> None:
    """An outsider who hears an appeal has no other right: the site opens the account on their word."""
    if not case.row.is_active:
        accounts.reinstate(actor=None, person=case.row)
        write_decision(case, Verb.LIFT, reason=reason, actor=actor, reports=[])


def _open(person: User, seen: int | None) -> Case:
    case = open_case(person)
    latest = case.latest.pk if case.latest else 0
    if case.row is None or (seen is not None and latest != seen):
        raise AlreadyDecidedError(case.latest)
    return case


def _close(case: Case, verb: Verb, actor: User, reason: str, until: dt.datetime | None = None) -> Decision:
    decision = write_decision(case, verb, reason=reason, actor=actor, reports=[], until=until)
    emails.account_closed(decision)
    return decision
