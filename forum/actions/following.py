"""Following a thread, or muting it; the address of one's own feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from forum.actions.reading import set_follow
from forum.models import FeedKey, Thread
from forum.models.feed import new_key
from notifications import following

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_thread_wish(*, thread: Thread, person: User, wish: str) -> None:
    """Follow a thread, mute it, or neither. Who replies follows from then on, but a muted thread stays so.

    Errors: notifications.following.TooMany.
    """
    set_follow(thread=thread, person=person, wanted=wish == following.Wish.FOLLOW)
    muted = wish if wish == following.Wish.MUTE else following.NEITHER
    following.keep_wish(person=person, key="thread", pk=thread.pk, wish=muted)


@transaction.atomic
def set_feed(*, person: User, wanted: bool) -> None:
    """A new address, which makes any old one useless; or none."""
    if wanted:
        FeedKey.objects.update_or_create(person=person, defaults={"key": new_key()})
    else:
        FeedKey.objects.filter(person=person).delete()
