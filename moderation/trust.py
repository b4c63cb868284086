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
    """What one level may do; its page and all that asks read it here.

    `replies` in ten minutes; `hides` a day: how often "may identify a child" hides at once; `files` on one post and
    `uploads` in an hour. Of what `is_held` a moderator looks at everything first, of what `is_looked_at` afterwards;
    with `holds_faces` at a photo in which somebody can be recognised first.
    """

    replies: int
    hides: int
    files: int
    uploads: int
    is_held: bool = False
    is_looked_at: bool = False
    counts_links: bool = False
    holds_faces: bool = False


ALLOWED = {
    Trust.WATCHED: Allowed(replies=5, hides=0, files=2, uploads=10, is_held=True, counts_links=True, holds_faces=True),
    Trust.NEW: Allowed(
        replies=20, hides=3, files=3, uploads=20, is_looked_at=True, counts_links=True, holds_faces=True
    ),
    Trust.MEMBER: Allowed(replies=20, hides=3, files=6, uploads=60),
    Trust.TRUSTED: Allowed(replies=40, hides=6, files=6, uploads=120),
}
LOOKED_AT = [level for level, may in ALLOWED.items() if may.is_looked_at]


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
