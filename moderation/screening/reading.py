"""A text as the rules read it: one kind of digit, space, dash and apostrophe, every letter at its old place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

# Soft hyphens, zero-width spaces, marks of direction: nobody sees them, so they must not hide a number.
_UNSEEN = frozenset("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_SINGLE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc\uff07", "'"),
}
_ADDRESS = re.compile(r"(?:https?://|www\.|doi\.org/|\b10\.\d{4,9}/)[^\s<>\"]+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z(\"'])|\n\s*\n")


class Readable:
    """`text` is what rules search; `span(match)` is where that stands in what was typed."""

    def __init__(self, typed: str) -> None:
        kept = [(position, _plain(letter)) for position, letter in enumerate(typed) if letter not in _UNSEEN]
        self._places = [position for position, _letter in kept]
        # The web addresses of guidance are full of digits that name nobody.
        self.text = _ADDRESS.sub(lambda found: "\n" * len(found[0]), "".join(letter for _position, letter in kept))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Of a stretch of `text` that is not empty, the place in what was typed."""
        return self._places[start], self._places[end - 1] + 1

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Roughly: where each begins and ends. "St. Mary's" and "D. Smith" may cut one in two."""
        ends = [found.end() for found in _SENTENCE_END.finditer(self.text)]
        return [(start, end) for start, end in pairwise([0, *ends, len(self.text)]) if end > start]

    def each(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return pattern.finditer(self.text)


def _plain(letter: str) -> str:
    if letter.isascii():
        return " " if letter == "\t" else letter
    if letter in _SINGLE:
        return _SINGLE[letter]
    number = unicodedata.decimal(letter, None)
    if number is not None:
        return str(number)
    if unicodedata.category(letter) == "Zs":
        return " "
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter
