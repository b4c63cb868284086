"""What concerns one reader alone: following, how far they have read, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.standing import by_active
from forum.models import Draft, Follow, Thread
from web.prepared import execute

if TYPE_CHECKING:
    from accounts.models import User

MOST_DRAFTS = 100


class TooManyDrafts(Exception):
    """The person keeps `MOST_DRAFTS` drafts already."""


# Each reply does all three; the ORM takes longer to write such a statement than the database to run it.
_FOLLOW = """
    INSERT INTO forum_follow (thread_id, person_id, created_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_READ = """
    INSERT INTO forum_threadread (thread_id, person_id, last_number, read_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (person_id, thread_id) DO UPDATE SET last_number = EXCLUDED.last_number, read_at = EXCLUDED.read_at
     WHERE forum_threadread.last_number < EXCLUDED.last_number
"""
_DISCARD = "DELETE FROM forum_draft WHERE key = %s AND person_id = %s"


def set_follow(*, thread: Thread, person: User, wanted: bool) -> None:
    if wanted:
        execute(_FOLLOW, thread.pk, person.pk, timezone.now())
    else:
        Follow.objects.filter(thread=thread, person=person).delete()


def mark_read(*, thread: Thread, person: User, number: int) -> None:
    """The person has read the thread up to post `number`; a smaller number than before changes nothing."""
    execute(_READ, thread.pk, person.pk, number, timezone.now())


@by_active("person")
def save_draft(*, person: User, key: str, fields: dict[str, Any], opened: str = "") -> Draft:
    """Keeps what is being written on a page that was opened then; what was typed meanwhile on another one stays beside
    it. Errors: TooManyDrafts."""
    mine = Draft.objects.filter(person=person)
    draft = mine.filter(key=key).first()
    if draft is None:
        if len(mine.values_list("pk")[:MOST_DRAFTS]) == MOST_DRAFTS:
            raise TooManyDrafts
        draft = Draft(person=person, key=key)
    other = draft.other_words(fields.get("text", ""), opened) if draft.pk else ""
    draft.fields = {**fields, **({"opened": opened} if opened else {}), **({"elsewhere": other} if other else {})}
    draft.save()
    return draft


@by_active("person")
def empty_draft(*, person: User, key: str, opened: str) -> None:
    """All was taken out on a page that was opened then; what was typed elsewhere stays."""
    draft = Draft.objects.filter(person=person, key=key).first()
    other = draft.other_words("", opened) if draft else ""
    if draft is None or not other:
        discard_draft_of(person=person, key=key)
    elif draft.fields.get("opened") == opened:
        draft.fields = {"text": other}
        draft.save()


def discard_draft(*, draft: Draft) -> None:
    draft.delete()


def discard_draft_of(*, person: User, key: str) -> None:
    """The draft of what has just been posted."""
    execute(_DISCARD, key, person.pk)
