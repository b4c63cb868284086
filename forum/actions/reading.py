"""What concerns one reader alone: following, how far they have read, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from forum.models import Draft, Follow, Thread, ThreadRead

if TYPE_CHECKING:
    from accounts.models import User

MOST_DRAFTS = 100


class TooManyDrafts(Exception):
    """The person keeps `MOST_DRAFTS` drafts already."""


def set_follow(*, thread: Thread, person: User, wanted: bool) -> None:
    if wanted:
        Follow.objects.bulk_create([Follow(thread=thread, person=person)], ignore_conflicts=True)
    else:
        Follow.objects.filter(thread=thread, person=person).delete()


@transaction.atomic(savepoint=False)
def mark_read(*, thread: Thread, person: User, number: int) -> None:
    """The person has read the thread up to post `number`; a smaller number than before changes nothing."""
    mine = ThreadRead.objects.filter(thread=thread, person=person)
    if not mine.filter(last_number__lt=number).update(last_number=number, read_at=timezone.now()):
        ThreadRead.objects.bulk_create(
            [ThreadRead(thread=thread, person=person, last_number=number)], ignore_conflicts=True
        )


@transaction.atomic
def save_draft(*, person: User, key: str, fields: dict[str, Any]) -> Draft:
    """Keeps what is being written. Errors: TooManyDrafts."""
    mine = Draft.objects.filter(person=person)
    draft = mine.filter(key=key).first()
    if draft is None:
        if len(mine.values_list("pk")[:MOST_DRAFTS]) == MOST_DRAFTS:
            raise TooManyDrafts
        draft = Draft(person=person, key=key)
    draft.fields = fields
    draft.save()
    return draft


def discard_draft(*, draft: Draft) -> None:
    draft.delete()


def discard_draft_of(*, person: User, key: str) -> None:
    """The draft of what has just been posted."""
    Draft.objects.filter(person=person, key=key).delete()
