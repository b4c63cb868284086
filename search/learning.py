"""The site's own words, kept as they are written, for putting misspelt ones right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from search.batches import batches
from search.models.word import LONGEST
from search.words import STOP_WORDS, WORD

SHORTEST = 3
# For PostgreSQL's advisory locks: next to those of the sources.
LOCK = 90
# What this process knows to be in the table, so that most documents cost no statement. Dropped when it grows too large.
MOST_REMEMBERED = 200_000
_remembered: set[str] = set()
_day: dt.date | None = None
TOGETHER = 2000


def learn(written: set[str]) -> None:
    """Keep the words of these chunks. Where another transaction is adding words, they wait for the next document."""
    _forget_what_is_old()
    unknown = written - _remembered
    new = sorted(filter(_is_kept, set(WORD.findall(" ".join(unknown))) - _remembered))
    if new and not _may_write():
        return
    if new:
        _add(new)
    # Only once they are there for good: what is rolled back would never be kept.
    transaction.on_commit(lambda: _remember(unknown.union(new)))


def _add(words: list[str]) -> None:
    """As a model's rows they would cost more than the documents they stand in."""
    with connection.cursor() as cursor:
        for some in batches(words, TOGETHER):
            rows = ", ".join(["(%s, %s)"] * len(some))
            parameters = [value for word in some for value in (word, len(word))]
            cursor.execute(f"INSERT INTO search_word (text, length) VALUES {rows} ON CONFLICT DO NOTHING", parameters)


def _is_kept(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha() and word not in STOP_WORDS


def _forget_what_is_old() -> None:
    """A word that was taken away in the night and comes back is new to every process."""
    global _day
    if _day != (today := timezone.now().date()):
        _day = today
        _remembered.clear()


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
