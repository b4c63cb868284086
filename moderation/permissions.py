"""Who may report, who may decide, and when one person's report is enough to hide something at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from moderation import registry
from moderation.models import Appeal, Decision, Escalation, Report
from moderation.registry import Summary
from moderation.watching import allowed
from web.emails import mailbox_of
from web.limits import allow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User

    Person = User | AnonymousUser

HIDDEN_AT_ONCE_A_DAY = 3
HIDDEN_FROM_OUTSIDE_AN_HOUR = 10


def is_own(user: Person, summary: Summary | None) -> bool:
    return summary is not None and summary.author is not None and summary.author.pk == user.pk


def can_report(user: Person, summary: Summary) -> bool:
    """Members, about what somebody else wrote: one's own words one changes oneself."""
    return user.is_authenticated and user.is_active and user.is_member and not is_own(user, summary)


def can_moderate(user: Person) -> bool:
    return user.is_authenticated and user.is_active and user.is_moderator


def can_decide(user: Person, summary: Summary | None) -> bool:
    """Moderators, but never about their own words. A thing that is gone (None) has no author to spare."""
    return can_moderate(user) and not is_own(user, summary)


def can_appeal(user: Person, decision: Decision) -> bool:
    """Whom it concerns, once, against what a moderator did and nobody has decided about since.

    `decision` is from `with_newest()`.
    """
    is_first = not Appeal.objects.filter(decision=decision).exists()
    is_theirs = decision.author_id == user.pk and decision.verb in Decision.APPEALABLE
    return is_theirs and decision.newest == decision.pk and decision.erased_at is None and is_first


def can_hear(user: Person, appeal: Appeal) -> bool:
    """Whoever may see it, save its author. Who decided first does not see it."""
    is_heard = appeal.state != Appeal.State.OPEN
    return not is_heard and appeal.decision.author_id != user.pk


def can_look_into(user: Person, escalation: Escalation) -> bool:
    """Whoever it went on to, save about their own words. What was decided meanwhile is nobody's any more.

    What somebody else is said to have done may stand beside a lead's own words.
    """
    if not Escalation.objects.visible_to(user).filter(pk=escalation.pk).exists():
        return False
    return escalation.report.is_allegation or not is_own(user, registry.summary_of(escalation.report.subject))


def can_hide_at_once(reporter: User, subject: models.Model, summary: Summary) -> bool:
    """Whether "may identify a child or a family" hides this thing before a moderator has looked.

    Not when a moderator has looked at these very words and left them, and not more than a few times a day for one
    account: a person who wants to silence others must not be able to do it alone.
    """
    used = _hidden_since(days=1).filter(reports__reporter=reporter)
    return not _was_left(subject, summary) and used.count() < allowed(reporter).hides


def can_hide_from_outside(report: Report, subject: models.Model, summary: Summary) -> bool:
    """The same for a sender without an account whose address is confirmed: once for a thing, and so many in all.

    Ten in an hour are an attack on the rule and not a coincidence: it rests until the hour is over.
    """
    if _was_left(subject, summary) or _from_outside(Decision.objects.about(subject)).exists():
        return False
    if hides_from_outside() >= HIDDEN_FROM_OUTSIDE_AN_HOUR:
        return False
    return allow("report-hides", mailbox_of(report.sender), limit=HIDDEN_AT_ONCE_A_DAY, seconds=24 * 3600)


def hides_from_outside() -> int:
    """How many things were hidden within the last hour because somebody without an account said so."""
    return _from_outside(_hidden_since(hours=1)).count()


def _was_left(subject: models.Model, summary: Summary) -> bool:
    """Whether a moderator has decided about these very words."""
    looked = [verb for verb in Decision.ABOUT_WORDS if verb != Decision.Verb.HOLD]
    decided = Decision.objects.about(subject).filter(verb__in=looked).order_by("-pk").first()
    return decided is not None and (summary.changed_at is None or summary.changed_at <= decided.decided_at)


def _hidden_since(**age: int) -> QuerySet[Decision]:
    return Decision.objects.filter(verb=Decision.Verb.HOLD, decided_at__gte=timezone.now() - dt.timedelta(**age))


def _from_outside(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    return decisions.filter(verb=Decision.Verb.HOLD, reports__is_from_outside=True)
