"""Forms of one word that no stemmer joins: "closures" and "closed", "children" and "child"."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vocabulary.spelling import one_spelling

_FORMS = Path(__file__).resolve().parent / "data" / "forms.txt"
# In that file, after a form whose stem is another than the word's.
_APART = "*"
_ENDINGS = ("ations", "ation", "ingly", "ments", "ment", "ness", "ings", "ing", "ies", "ied", "edly", "ers", "er", "es",
            "ed", "ly", "y", "s", "e")  # fmt: skip
_SHORTEST_STEM = 3


def lines(path: Path) -> list[str]:
    """Each "form, form => word" of a file of such lines."""
    every = path.read_text(encoding="utf-8").splitlines()
    return [line for line in every if line.strip() and not line.startswith("#")]


def stem(word: str) -> str:
    """A rough stem of a folded word. It decides what is marked in a snippet, never what is found."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


def rules() -> list[str]:
    """Each "form, form => word", for an analyser that makes one word of them."""
    return [line.replace(_APART, "") for line in lines(_FORMS)]


def word_of(form: str) -> str:
    """What stands for all forms of a word."""
    return _words().get(form, form)


def word_beside(form: str) -> str:
    """What stands for all forms of a word, where no stemmer makes it of this one; else nothing."""
    return _words_beside().get(form, "")


def others(word: str) -> tuple[str, ...]:
    """One of each stem that the other forms of this word have, as it is indexed."""
    return _families().get(word, ())


@cache
def _families() -> dict[str, tuple[str, ...]]:
    found = {}
    for forms, _word in _read():
        for form in forms:
            by_stem = {stem(other): other for other in reversed(forms)}
            by_stem.pop(stem(form))
            found[form] = tuple(by_stem.values())
    return found


@cache
def _words() -> dict[str, str]:
    return {form: word for forms, word in _read() for form in forms}


@cache
def _words_beside() -> dict[str, str]:
    return {form: word for forms, word in _read() for form, is_apart in forms.items() if is_apart}


@cache
def _read() -> list[tuple[dict[str, bool], str]]:
    """The forms of each word, whether their stem is another, and the word: all as they are indexed."""
    pairs = (line.split(" => ") for line in lines(_FORMS))
    return [
        ({one_spelling(form.rstrip(_APART)): form.endswith(_APART) for form in forms.split(", ")}, one_spelling(word))
        for forms, word in pairs
    ]
