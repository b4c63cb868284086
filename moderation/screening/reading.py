"""A text as the rules read it: one kind of digit, space, dash and apostrophe, every letter at its old place."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

# Nobody sees them, so they must not hide a number: joiners, what asks for another form of a letter, the frame of a key.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef]"
)
_SINGLE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc\uff07", "'"),
    **dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " "),
}
_ADDRESS = re.compile(r"(?:https?://|www\.|doi\.org/|\b10\.\d{4,9}/)[^\s<>\"]+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z(\"'])|\n\s*\n")


# What readers do not see of Markdown, or see as something else. Only where it ends a word does "_" stand for stress.
_MARKS = re.compile(
    r"(?P<entity>&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)"
    r"|(?P<gone>\\(?=[!-/:-@\[-`{-~])|[*`]+|~~|(?<![^\W_])_|_(?![^\W_]))"
    # Between two digits all of these are but gaps; a line that ends before one goes on there, unless it begins a list.
    r"|(?P<gap>(?<=\d) ?[\u00b7\u2022\u2027_] ?(?=\d)|(?<=\d)[ \t]{2,}(?=\d)|(?<=[\w:])[ \t]*\n(?=\d)(?!\d{1,2}[.)] ))"
    r"|(?P<said>\b(?:(?:double|triple) )?DIGIT(?:[ ,.-]{1,2}(?:(?:double|triple) )?DIGIT){5,}\b)".replace(
        "DIGIT", "(?:zero|nought|oh|one|two|three|four|five|six|seven|eight|nine)"
    ),
    re.IGNORECASE,
)
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAID = {"oh": "0", "nought": "0", **{name: str(digit) for digit, name in enumerate(_DIGITS)}}
_TIMES = {"double": 2, "triple": 3}


class Readable:
    """`text` is what rules search; `span(match)` is where that stands in what was typed.

    `as_shown`: without the marks of Markdown, as it stands on the page.
    """

    def __init__(self, typed: str, *, as_shown: bool = False) -> None:
        kept: list[tuple[int, int, str]] = []
        at = 0
        for found in _MARKS.finditer(typed) if as_shown else ():
            kept += _letters(typed, at, found.start())
            kept += _shown(found)
            at = found.end()
        kept += _letters(typed, at, len(typed))
        self._places = [(start, end) for start, end, _letter in kept]
        # The web addresses of guidance are full of digits that name nobody.
        self.text = _ADDRESS.sub(lambda found: "\n" * len(found[0]), "".join(letter for _start, _end, letter in kept))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Of a stretch of `text` that is not empty, the place in what was typed."""
        return self._places[start][0], self._places[end - 1][1]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Roughly: where each begins and ends. "St. Mary's" and "D. Smith" may cut one in two."""
        ends = [found.end() for found in _SENTENCE_END.finditer(self.text)]
        return [(start, end) for start, end in pairwise([0, *ends, len(self.text)]) if end > start]

    def each(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return pattern.finditer(self.text)


def has_marks(text: str) -> bool:
    """Whether a text may look otherwise on the page than as it was typed."""
    return _MARKS.search(text) is not None


def _letters(typed: str, start: int, end: int) -> list[tuple[int, int, str]]:
    return [(at, at + 1, _plain(typed[at])) for at in range(start, end) if not _UNSEEN.match(typed[at])]


def _shown(found: re.Match[str]) -> list[tuple[int, int, str]]:
    """What readers see in place of one of `_MARKS`, each letter with where it came from."""
    start, end = found.span()
    if found["entity"]:
        return [(start, end, _plain(letter)) for letter in html.unescape(found[0]) if not _UNSEEN.match(letter)]
    if found["gap"]:
        return [(start, end, " ")]
    digits, times = [], 1
    for word in re.finditer(r"[A-Za-z]+", found["said"] or ""):
        name = word[0].lower()
        if name in _SAID:
            digits += [(start + word.start(), start + word.end(), _SAID[name])] * times
        times = _TIMES.get(name, 1)
    return digits


def _plain(letter: str) -> str:
    if letter.isascii():
        return " " if letter == "\t" else letter
    if letter in _SINGLE:
        return _SINGLE[letter]
    number = unicodedata.digit(letter, None)
    if number is not None:
        return str(number)
    if unicodedata.category(letter) == "Zs":
        return " "
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter
