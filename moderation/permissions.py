"""Who may report, who may decide, and when one person's report is enough to hide something at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from moderation.models import Appeal, Decision
from moderation.registry import Summary

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person = User | AnonymousUser

HIDDEN_AT_ONCE_A_DAY = 3


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
    """The author, once, against what a moderator hid and nobody has decided about since."""
    is_newest = not Decision.objects.filter(
        content_type=decision.content_type_id, object_id=decision.object_id, pk__gt=decision.pk
    ).exists()
    is_first = not Appeal.objects.filter(decision=decision).exists()
    return decision.author_id == user.pk and decision.verb == Decision.Verb.HIDE and is_newest and is_first


def can_hear(user: Person, appeal: Appeal) -> bool:
    """Whoever may see it, save its author. Who decided first does not see it."""
    is_heard = appeal.state != Appeal.State.OPEN
    return not is_heard and appeal.decision.author_id != user.pk


def can_hide_at_once(reporter: User, subject: models.Model, summary: Summary) -> bool:
    """Whether "may identify a child or a family" hides this thing before a moderator has looked.

    Not when a moderator has looked at these very words and left them, and not more than a few times a day for one
    account: a person who wants to silence others must not be able to do it alone.
    """
    decided = Decision.objects.about(subject).exclude(verb=Decision.Verb.HOLD).order_by("-pk").first()
    if decided and (summary.changed_at is None or summary.changed_at <= decided.decided_at):
        return False
    day = timezone.now() - dt.timedelta(days=1)
    used = Decision.objects.filter(verb=Decision.Verb.HOLD, decided_at__gte=day, reports__reporter=reporter)
    return used.count() < HIDDEN_AT_ONCE_A_DAY
