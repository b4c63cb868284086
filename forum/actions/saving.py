"""Keeping posts to find them again, and reminding people of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from forum.models import Post, SavedPost
from notifications.actions import announce

if TYPE_CHECKING:
    from accounts.models import User

REMINDED_AT_ONCE = 500


@transaction.atomic
def save_post(*, post: Post, person: User, remind_at: dt.datetime | None = None) -> SavedPost:
    """Saves it, or changes when to be reminded."""
    saved, _ = SavedPost.objects.update_or_create(post=post, person=person, defaults={"remind_at": remind_at})
    return saved


def forget_post(*, post: Post, person: User) -> None:
    SavedPost.objects.filter(post=post, person=person).delete()


@transaction.atomic
def send_reminders() -> int:
    """Tells those whose day has come, once, and says how many."""
    due = SavedPost.objects.filter(remind_at__lte=timezone.now()).order_by("remind_at")
    found = list(due.select_for_update(no_key=True)[:REMINDED_AT_ONCE])
    for saved in found:
        announce(kind="reminder", actor=None, subject=saved)
    SavedPost.objects.filter(pk__in=[saved.pk for saved in found]).update(remind_at=None)
    return len(found)
