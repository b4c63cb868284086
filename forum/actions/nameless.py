"""Posting without a name: where it is allowed, and who looks behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.standing import by_active
from audit.actions import record
from forum.models import Post, Space
from forum.nameless import writer_of, wrote
from notifications.actions import announce

if TYPE_CHECKING:
    from accounts.models import User


@by_active("actor")
def allow_nameless(*, space: Space, actor: User, wanted: bool) -> None:
    """People may post there without their name from now on, or no longer; what carries none stays so."""
    if Space.objects.filter(pk=space.pk, allows_nameless=not wanted).update(allows_nameless=wanted):
        record(actor=actor, verb="space.nameless_allowed" if wanted else "space.nameless_ended", subject=space)


@by_active("actor")
def look_at_writer(*, post: Post, actor: User) -> User | None:
    """Who wrote what carries no name; None where they have left. The look is logged and its author told."""
    record(actor=actor, verb="post.writer_looked_at", subject=post)
    if not wrote(actor, post):
        # Without the actor: who looked is for the log, and not for the person.
        announce(kind="looked", actor=None, subject=post)
    return writer_of(post)
