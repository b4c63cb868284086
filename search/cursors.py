"""Where a page of results ended, as an opaque word in an address."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from math import isfinite

MOST_SEEN = 1000
_LONGEST = 400
_LARGEST = 2**53


@dataclass(frozen=True)
class Cursor:
    """`seen` results came before; `after` says where the last of them stood, in terms that only `engine` knows."""

    engine: str = ""
    seen: int = 0
    after: tuple[str | int | float, ...] = ()

    def encode(self) -> str:
        packed = json.dumps([self.engine, self.seen, *self.after], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """What nobody made here is the first page."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            engine, seen, *after = json.loads(base64.urlsafe_b64decode(padded)) if len(text) <= _LONGEST else ("", 0)
        except (binascii.Error, ValueError, TypeError, RecursionError):
            return cls()
        is_ours = isinstance(engine, str) and type(seen) is int and 0 < seen <= MOST_SEEN
        if not is_ours or not all(map(_is_plain, after)):
            return cls()
        return cls(engine, seen, tuple(after))


def _is_plain(value: object) -> bool:
    """A text, or a number that every database takes."""
    if type(value) in (int, float):
        return isfinite(value) and abs(value) < _LARGEST  # type: ignore[arg-type]
    return isinstance(value, str) and "\x00" not in value
