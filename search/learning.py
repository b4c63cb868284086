"""The site's own words, kept as they are written, for putting misspelt ones right."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from search.models import Word
from search.models.word import LONGEST
from search.words import STOP_WORDS, WORD, fold

SHORTEST = 3
# Of a very long document the beginning is enough.
MOST_OF_TEXT = 20_000
# For PostgreSQL's advisory locks: next to those of the sources.
LOCK = 90
# What this process knows to be in the table, so that most documents cost no statement. Dropped when it grows too large.
MOST_REMEMBERED = 200_000
_remembered: set[str] = set()


def learn(texts: Iterable[str]) -> None:
    """Keep the words of these texts. Where another transaction is adding words, they wait for the next document."""
    found = {word for text in texts for word in WORD.findall(fold(text[:MOST_OF_TEXT]))}
    new = sorted(word for word in found - _remembered if _is_kept(word))
    if not new or not _may_write():
        return
    Word.objects.bulk_create([Word(text=word, length=len(word)) for word in new], ignore_conflicts=True, batch_size=400)
    # Only once they are there for good: what is rolled back would never be kept.
    transaction.on_commit(lambda: _remember(new))


def _is_kept(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha() and word not in STOP_WORDS


def _remember(new: Iterable[str]) -> None:
    if len(_remembered) > MOST_REMEMBERED:
        _remembered.clear()
    _remembered.update(new)


def _may_write() -> bool:
    """Two transactions that add the same words in turn would wait for each other in a ring: one of them adds none."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [LOCK])
        return bool(cursor.fetchone()[0])
