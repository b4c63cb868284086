"""Who does which kind of work. Rooms register their handlers from `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outbox.models import Job

Work = Callable[[list["Job"]], None]


class PlainError(Exception):
    """An error whose message operators may read: no address, no name, no text of anybody's. Tried again."""


class TryLater(PlainError):
    """The other side is down and nothing is wrong with the work: all of the batch waits, no attempt is counted."""


class SetAside(PlainError):
    """Trying again cannot help, or might do harm: the work waits for an operator."""


class SomeFailed(Exception):
    """Of a batch these jobs failed, each with its own error; all others are done."""

    def __init__(self, errors: dict[Job, Exception]) -> None:
        super().__init__(f"{len(errors)} jobs failed.")
        self.errors = errors


@dataclass(frozen=True)
class Handler:
    work: Work
    repeat_safe: bool | Callable[[Job], bool]
    batch: int

    def may_repeat(self, job: Job) -> bool:
        return self.repeat_safe(job) if callable(self.repeat_safe) else self.repeat_safe


handlers: dict[str, Handler] = {}


def register(kind: str, handler: Work, *, repeat_safe: bool | Callable[[Job], bool], batch: int = 1) -> None:
    """`handler` gets up to `batch` jobs, outside any transaction, and returns when all of them are done.

    Whatever it raises has the batch retried one by one, later and later, and at last set aside; TryLater, SetAside
    and SomeFailed say more. `repeat_safe`: may the work be done again when a worker died over it? A batch may be
    done again in part, so it must be.
    """
    if batch > 1 and repeat_safe is not True:
        raise ValueError(f"{kind}: only work that may be repeated can be done in batches.")
    handlers[kind] = Handler(handler, repeat_safe, batch)
