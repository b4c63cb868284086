"""What people agree to when they join. The room that holds the privacy notice says where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Agreement(NamedTuple):
    """The privacy notice's address (empty: not published yet), and the age from which people may join (None: any)."""

    url: str
    minimum_age: int | None = None


Source = Callable[[], tuple[str, int | None] | None]

_sources: list[Source] = []


def register(source: Source) -> None:
    """`source()` gives (address, minimum age), or None while no notice is published."""
    _sources.append(source)


def current() -> Agreement | None:
    """The agreement in force, None where nobody has published one."""
    for source in _sources:
        found = source()
        if found is not None:
            return Agreement(*found)
    return None
