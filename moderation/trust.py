"""How far people are trusted: what each level may do, and what somebody has earned by taking part."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from accounts.models import Trust

if TYPE_CHECKING:
    from accounts.models import User

SETTLED_POSTS = 3
TRUSTED_POSTS, TRUSTED_THANKS, TRUSTED_AFTER = 30, 20, dt.timedelta(days=90)


class Allowed(NamedTuple):
    """`replies` in ten minutes; `hides` a day: how often "may identify a child" hides at once."""

    replies: int
    hides: int
    is_held: bool = False
    counts_links: bool = False


ALLOWED = {
    Trust.WATCHED: Allowed(replies=5, hides=0, is_held=True, counts_links=True),
    Trust.NEW: Allowed(replies=20, hides=3, counts_links=True),
    Trust.MEMBER: Allowed(replies=20, hides=3),
    Trust.TRUSTED: Allowed(replies=40, hides=6),
}


def level_of(person: User, *, new_for_days: int) -> Trust:
    """Where somebody stands now. Whoever looks after the site is trusted."""
    if person.is_moderator or person.is_editor:
        return Trust.TRUSTED
    level = Trust(person.trust)
    is_settled = (timezone.now() - person.date_joined).days >= new_for_days
    return Trust.MEMBER if level == Trust.NEW and is_settled and not person.trust_is_set else level


def level_earned(*, posts: int, thanks: int, since: dt.datetime) -> Trust:
    """From posts that stood, the thanks for them, and the time since the first one."""
    is_long = timezone.now() - since >= TRUSTED_AFTER
    if posts >= TRUSTED_POSTS and thanks >= TRUSTED_THANKS and is_long:
        return Trust.TRUSTED
    return Trust.MEMBER if posts >= SETTLED_POSTS else Trust.NEW
