"""Where a page of results ended, as an opaque word in an address."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SEEN = 1000
_LONGEST = 400
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Cursor:
    """`seen` results came before, the last of which has this key, in the order of `engine`.

    It says nothing of scores: what a reader can see of them, or forge, tells what others wrote.
    """

    engine: str = ""
    seen: int = 0
    last: str = ""

    def encode(self) -> str:
        packed = json.dumps([self.engine, self.seen, self.last], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """What nobody made here is the first page."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            engine, seen, last = json.loads(base64.urlsafe_b64decode(padded)) if len(text) <= _LONGEST else ("", 0, "")
        except (binascii.Error, ValueError, TypeError, RecursionError):
            return cls()
        is_ours = _is_plain(engine) and _is_plain(last) and type(seen) is int and 0 < seen <= MOST_SEEN
        return cls(engine, seen, last) if is_ours else cls()

    def after(self, engine: str) -> str:
        """The key after which this engine goes on; empty where another made the page before, or it has none."""
        return self.last if self.engine == engine else ""


def next_cursor(engine: str, before: Cursor, keys: Sequence[str], size: int, total: int) -> str:
    """Where the page after the one with these keys begins; empty on the last page."""
    seen = before.seen + len(keys)
    has_more = len(keys) == size and seen < min(total, MOST_SEEN)
    return Cursor(engine, seen, keys[-1]).encode() if has_more else ""


def _is_plain(value: object) -> bool:
    """A text that a database takes: no NUL, and no half of a pair, which JSON can spell and UTF-8 cannot."""
    return isinstance(value, str) and not _UNKEPT.search(value)
