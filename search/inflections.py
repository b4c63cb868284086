"""Forms of one word that no stemmer joins: "closures" and "closed", "children" and "child"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from search.words import read, stem

FORMS = Path(__file__).resolve().parent / "data" / "forms.txt"


def lines(path: Path) -> list[str]:
    """Each "form, form => word" of a file of such lines."""
    every = path.read_text(encoding="utf-8").splitlines()
    return [line for line in every if line.strip() and not line.startswith("#")]


def others(word: str) -> tuple[str, ...]:
    """One of each stem that the other forms of this word have, as it is indexed."""
    return _families().get(word, ())


def word_of(form: str) -> str:
    """What stands for all forms of a word."""
    return _words().get(form, form)


def holds(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the others stand among these words, side by side and in whichever forms: nothing else finds these."""
    long, short = (["", *(stem(word_of(word)) for word in each), ""] for each in (words, others))
    return " ".join(short) in " ".join(long)


@cache
def _families() -> dict[str, tuple[str, ...]]:
    found = {}
    for line in lines(FORMS):
        forms = read(line.partition("=>")[0])
        for form in forms:
            by_stem = {stem(other): other for other in reversed(forms)}
            by_stem.pop(stem(form))
            found[form] = tuple(by_stem.values())
    return found


@cache
def _words() -> dict[str, str]:
    pairs = (line.split("=>") for line in lines(FORMS))
    return {form: read(word)[0] for forms, word in pairs for form in read(forms)}
