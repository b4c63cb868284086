"""What somebody wants to say about themselves and a moderator looks at first; what they said before stays meanwhile.

Rooms above say when: `rules`, asked by the profile's form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.actions import write_profile
from accounts.models import ProfileChange, User

TEXTS = ("display_name", "job_title", "about_source")
# As long as somebody may ask for a second look, and the answer may take.
KEPT_FOR = dt.timedelta(days=60)


class Rule(NamedTuple):
    """`look(answers, what the profile says now, whose it is)`: why it has to wait, or None; raises ValidationError.

    `hold(change, why)` puts it before a moderator and gives the address that says what becomes of it.
    """

    look: Callable[[dict[str, Any], str, User], Any]
    hold: Callable[[ProfileChange, Any], str]


rules: list[Rule] = []


@transaction.atomic
def hold_change(*, person: User, texts: dict[str, str], why: list[tuple[Rule, Any]]) -> str:
    """Keeps new words for a profile until a moderator has looked. Returns where its author reads what becomes of it."""
    drop_changes(person=person)
    change = ProfileChange.objects.create(person=person, **texts)
    return [rule.hold(change, reason) for rule, reason in why][0]


@transaction.atomic
def apply_change(*, change: ProfileChange) -> None:
    """A moderator lets it through: from now on others read it."""
    change = ProfileChange.objects.select_for_update(of=("self",)).select_related("person").get(pk=change.pk)
    if change.applied_at is None and change.dropped_at is None:
        write_profile(person=change.person, changes={name: getattr(change, name) for name in TEXTS})
        change.applied_at = timezone.now()
        change.save(update_fields=["applied_at"])


@transaction.atomic
def drop_changes(*, person: User) -> None:
    """Whoever writes again means that, and not what waits: its words go."""
    waiting = ProfileChange.objects.waiting().filter(person=person)
    waiting.update(dropped_at=timezone.now(), **dict.fromkeys(TEXTS, ""))


@transaction.atomic
def erase_change(*, change: ProfileChange) -> None:
    """What a moderator removed goes for good."""
    ProfileChange.objects.filter(pk=change.pk, applied_at=None).update(**dict.fromkeys(TEXTS, ""))


def forget_changes() -> int:
    """Deletes what was decided long ago, and says how many."""
    return ProfileChange.objects.filter(asked_at__lt=timezone.now() - KEPT_FOR).delete()[0]
