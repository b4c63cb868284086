"""Long lists in parts that are not too much for one statement, nor for memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# SQLite takes 32,766 parameters a statement unless it was built otherwise.
MOST_PARAMETERS = 10_000


def batches(values: Iterable[T], size: int = 0) -> Iterator[list[T]]:
    """Lists of so many of these values each; of as many as a statement takes, unless told otherwise."""
    rest = iter(values)
    while some := list(islice(rest, size or MOST_PARAMETERS)):
        yield some
