"""Words as people type them and as they stand in texts: folding, stop words, and stems for marking."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]+")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\uff07", "''''")
_ENDINGS = ("ations", "ation", "ingly", "ments", "ment", "ness", "ings", "ing", "ies", "ied", "edly", "ers", "er", "es",
            "ed", "ly", "y", "s", "e")  # fmt: skip
_SHORTEST_STEM = 3

STOP_WORDS = frozenset(
    WORD.findall(
        """a about am an and any are as at be been being but by can could did do does for from had has have he her here
        him his how i if in into is it its may me might my no nor not of on or our ours shall she should so such than
        that the their them then there these they this those to too us was we were what when where which who whom whose
        why will with would you your"""
    )
)


def _letters() -> dict[int, str]:
    """Accented letters to plain ones, each one character long, so that positions stay."""
    table = {}
    for number in range(0xC0, 0x250):
        plain = unicodedata.normalize("NFKD", chr(number))[0]
        if plain.isalpha() and plain.isascii():
            table[number] = plain
    return table


_LETTERS = _letters()


def fold(text: str) -> str:
    """The text in small letters without accents, every character at its old place."""
    if not text.isascii():
        text = text.translate(_LETTERS)
    small = text.lower()
    return small if len(small) == len(text) else "".join(character.lower()[:1] for character in text)


def clean(text: str) -> str:
    """One line without control characters, with plain apostrophes."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text).translate(_APOSTROPHES)).strip()


def stem(word: str) -> str:
    """A rough stem of a folded word. It decides what is marked in a snippet, never what is found."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word
