"""Words as people type them and as they stand in texts, made alike: small letters, no accents, no possessive s."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['\u2018\u2019\u02bc\uff07]s\b", re.IGNORECASE)
_SHORTEST_PLURAL = 4
_IRREGULAR = {"children": "child", "women": "woman", "men": "man", "teeth": "tooth", "feet": "foot"}

STOP_WORDS = frozenset(
    WORD.findall(
        """a about am an and any are as at be been being but by can could did do does for from had has have he her here
        him his how i if in into is it its may me might my no nor not of on or our ours shall she should so such than
        that the their them then there these they this those to too us was we were what when where which who whom whose
        why will with would yet you your
        arent cant couldnt didnt doesnt dont hadnt hasnt havent hes im isnt ive lets shes shouldnt thats theyre theres
        wasnt werent whats wont wouldnt youre"""
    )
)


# Numbers and times as they are said and as they are written.
_SHORT_FORMS = {
    **{word: str(number) for number, word in enumerate(WORD.findall(
        "one two three four five six seven eight nine ten eleven twelve"), start=1)},
    "yr": "year", "yrs": "year", "mth": "month", "mths": "month", "wk": "week", "wks": "week",
}  # fmt: skip


def in_full(word: str) -> str:
    """A folded word by the way of writing that stands for all: "two" and "2", "yrs" and "year"."""
    return _SHORT_FORMS.get(word, word)


_WORDS = {number: word for word, number in _SHORT_FORMS.items() if number.isdecimal()}
# "One" is said of anything.
_SAID_OF_ANYTHING = frozenset(("1", "one"))


def otherwise(word: str) -> str:
    """The other way of writing a folded word: "two" of "2", "2" of "two", "year" of "yrs"; or nothing."""
    return "" if word in _SAID_OF_ANYTHING else _WORDS.get(word, _SHORT_FORMS.get(word, ""))


def _letters() -> dict[str, str]:
    """Accented letters to plain ones, each one character long, so that positions stay."""
    table = {}
    for number in range(0xC0, 0x250):
        plain = unicodedata.normalize("NFKD", chr(number))[0]
        if plain.isalpha() and plain.isascii():
            table[chr(number)] = plain
    return table


_LETTERS = _letters()
# str.translate() takes ten times as long over a text in which few letters are other than plain.
_ACCENTED = re.compile(f"[{''.join(_LETTERS)}]")


def fold(text: str) -> str:
    """The text in small letters without accents, every character at its old place."""
    if not text.isascii():
        text = _ACCENTED.sub(lambda found: _LETTERS[found[0]], text)
    small = text.lower()
    return small if len(small) == len(text) else "".join(character.lower()[:1] for character in text)


def split(text: str) -> list[str]:
    """The folded words of a text. "Children's centre" is two words, not three."""
    return WORD.findall(fold(_POSSESSIVE.sub("", text)))


def singular(word: str) -> str:
    """A folded word without the ending of a plural; short words, which are mostly abbreviations, stay as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("us", "ss", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > _SHORTEST_PLURAL else word[:-1]
