"""Words that the rules know: first names, surnames, and what is no name although it has a capital."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


@cache
def listed(name: str) -> frozenset[str]:
    """The words of one of our lists, in small letters.

    `given_names` are those that are no words of the language too: they tell "jayden smith" from "small talk".
    `public_names` are whole names that everybody knows, a "_" between their words: of reviews, history and stories.
    `also_surnames` are those of `not_names` that end a person's name as well.
    """
    return frozenset((HERE / f"{name}.txt").read_text(encoding="utf-8").split())
