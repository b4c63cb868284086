"""The nearest neighbours of a question among all embeddings: an exact scan, in memory, of what the database holds."""

from __future__ import annotations

import time
from functools import lru_cache
from threading import Lock

import numpy as np

from search.models import Embedding

# About 80 MB for most models. A site with more than this needs Elasticsearch, whose index is no scan.
MOST = 200_000
TOGETHER = 8192
READ_AT_ONCE = 2000
# How long a process may keep what was deleted; who asks for it meanwhile is told by the database that it is gone.
TIDY_SECONDS = 60


class Neighbours:
    """All vectors of one size that this process knows of. It reads what was written since it last looked, and lets
    go of what was deleted once a minute.

    It knows nothing of who may see what: the engine asks the database, for each question, about what comes from here.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.vectors = np.empty((0, size), dtype=np.int8)
        self.lengths = np.empty(0, dtype=np.float32)
        self.numbers = np.empty(0, dtype=np.int64)
        self.places: dict[int, int] = {}
        self.changed = 0
        # Whether some found no room.
        self.is_short = False
        self.tidy_at = time.monotonic() + TIDY_SECONDS
        self.lock = Lock()

    def nearest(self, question: np.ndarray, limit: int) -> list[tuple[int, float]]:
        """Entries with how near they are, nearest first."""
        with self.lock:
            self._catch_up()
            count = len(self.places)
            vectors, lengths, numbers = self.vectors[:count], self.lengths[:count], self.numbers[:count]
        near = np.empty(count, dtype=np.float32)
        for start in range(0, count, TOGETHER):
            end = min(start + TOGETHER, count)
            near[start:end] = vectors[start:end].astype(np.float32) @ question
        near /= np.maximum(lengths, 1)
        limit = min(limit, count)
        best = np.argpartition(-near, limit - 1)[:limit] if limit else np.empty(0, dtype=np.int64)
        best = best[np.argsort(-near[best], kind="stable")]
        return [(int(numbers[place]), float(near[place])) for place in best]

    def _catch_up(self) -> None:
        written = Embedding.objects.filter(changed__gt=self.changed).order_by("changed", "pk")
        rows, latest = written.values_list("pk", "vector", "changed"), self.changed
        for number, vector, changed in rows.iterator(chunk_size=READ_AT_ONCE):
            self._take(number, vector)
            latest = changed
        # Not before: of those that were written together none may be left out where reading them is interrupted.
        self.changed = latest
        if time.monotonic() >= self.tidy_at:
            self._let_go()
            self.tidy_at = time.monotonic() + TIDY_SECONDS

    def _let_go(self) -> None:
        """Nothing tells of what was deleted, so all numbers are compared; then there may be room for what waited."""
        embeddings = Embedding.objects.order_by()
        count = len(self.places)
        if not self.is_short and embeddings.count() == count:
            return
        numbers = embeddings.values_list("pk", flat=True).iterator(chunk_size=READ_AT_ONCE)
        present, held = np.fromiter(numbers, dtype=np.int64), self.numbers[:count]
        waiting = present[~np.isin(present, held)] if self.is_short else present[:0]
        stays = np.flatnonzero(np.isin(held, present))
        if len(stays) < count:
            # Copies: another search may be reading what was there.
            self.vectors, self.lengths, self.numbers = self.vectors[stays], self.lengths[stays], self.numbers[stays]
            self.places = {int(number): place for place, number in enumerate(self.numbers)}
        self.is_short = False
        for start in range(0, len(waiting), READ_AT_ONCE):
            if len(self.places) >= MOST:
                self.is_short = True
                break
            some = embeddings.filter(pk__in=waiting[start : start + READ_AT_ONCE].tolist())
            for number, vector in some.values_list("pk", "vector"):
                self._take(number, vector)

    def _take(self, number: int, vector: bytes | memoryview) -> None:
        # Vectors of the model before this one wait there until they are made anew.
        if len(vector) != self.size:
            return
        if number in self.places or len(self.places) < MOST:
            self._put(number, np.frombuffer(vector, dtype=np.int8))
        else:
            self.is_short = True

    def _put(self, number: int, vector: np.ndarray) -> None:
        place = self.places.setdefault(number, len(self.places))
        if place == len(self.numbers):
            self._grow()
        self.numbers[place] = number
        self.vectors[place] = vector
        self.lengths[place] = np.linalg.norm(vector.astype(np.float32))

    def _grow(self) -> None:
        more = min(max(1024, len(self.numbers) // 4), MOST - len(self.numbers))
        self.vectors = np.concatenate([self.vectors, np.zeros((more, self.size), dtype=np.int8)])
        self.lengths = np.concatenate([self.lengths, np.zeros(more, dtype=np.float32)])
        self.numbers = np.concatenate([self.numbers, np.zeros(more, dtype=np.int64)])


@lru_cache(maxsize=1)
def neighbours(name: str, size: int) -> Neighbours:
    """The one of this process, for the model of this name."""
    return Neighbours(size)
