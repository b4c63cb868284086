"""Words as people type them and as they stand in texts: made alike, the same way when indexed and when asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vocabulary.folding import STOP_WORDS as STOP_WORDS
from vocabulary.folding import WORD, fold
from vocabulary.spelling import one_spelling

# Apostrophes and hyphens inside a word belong to it.
WRITTEN = re.compile(r"[^\W_]+(?:['\u2010\u2011-][^\W_]+)*")
_POSSESSIVE = re.compile(r"'s\b", re.IGNORECASE)
_HYPHENS = re.compile("[-\u2010\u2011]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\u00ad]+")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\uff07", "''''")
_ENDINGS = ("ations", "ation", "ingly", "ments", "ment", "ness", "ings", "ing", "ies", "ied", "edly", "ers", "er", "es",
            "ed", "ly", "y", "s", "e")  # fmt: skip
_SHORTEST_STEM = 3
LONGEST_WORD = 60

# Written as one word, with a hyphen or as two: read as one.
_ONE_WORD = """ante.natal baby.sit|ter|ters|ting bed.time birth.weight bottle.feed|ing|s breast.feed|ing|s breast.fed
    breast.milk care.giver|s care.giving case.load|s child.birth child.care child.minder|s child.minding
    class.room|s day.care e.mail|s|ed|ing grand.parent|s hand.wash|ing health.care home.school|ing
    house.work key.worker|s new.born|s night.time per.cent
    play.group|s play.dough play.time play.work|er|ers post.natal post.partum school.child|ren screen.time
    sign.post|ed|ing|s step.child|ren step.parent|s still.birth|s still.born story.telling story.time
    time.table tooth.ache tooth.brush|es|ing tooth.paste well.being work.force work.load|s work.place|s
    work.shop|s"""
# Parts that are no words by themselves.
_PREFIXES = frozenset(
    WORD.findall("anti bi co inter intra multi neuro non peri pre psycho semi socio sub trans ultra un")
)


def _pairs() -> Iterator[tuple[str, str]]:
    for entry in _ONE_WORD.split():
        written, *endings = entry.split("|")
        first, _dot, rest = written.partition(".")
        yield from ((first, rest + ending) for ending in ("", *endings))


_TOGETHER = frozenset(_pairs())
# What such words begin with, so that most texts need no second look.
STARTS = _PREFIXES | {first for first, _rest in _TOGETHER}


def clean(text: str) -> str:
    """One line without control characters, with plain apostrophes."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text).translate(_APOSTROPHES)).strip()


class _Words(dict[str, str]):
    """What a written word is read as, worked out once: two words or more where a hyphen only keeps them together."""

    def __missing__(self, written: str) -> str:
        parts = [part.removesuffix("'s").replace("'", "")[:LONGEST_WORD] for part in _HYPHENS.split(written)]
        read = " ".join(map(one_spelling, parts))
        if len(self) < _MOST_KEPT and len(written) <= LONGEST_WORD:
            self[written] = read
        return read


_READ = _Words()
_MOST_KEPT = 200_000


def together(first: str, second: str) -> str:
    """What two neighbours are as one word, where others write them so ("well being"); else nothing."""
    is_one = first in _PREFIXES or (first, second) in _TOGETHER
    return one_spelling(first + second) if is_one else ""


def read(text: str) -> list[str]:
    """The words of a clean text, as they are indexed and asked for."""
    return " ".join(map(_READ.__getitem__, WRITTEN.findall(fold(text)))).split()


def closed(text: str) -> list[str]:
    """The words with hyphens of a clean text as one word each, as some write them: "drop-in" as "dropin"."""
    if not _HYPHENS.search(text):
        return []
    written = (one for one in WRITTEN.findall(fold(text)) if " " in _READ[one] and len(one) <= LONGEST_WORD)
    return list(dict.fromkeys(one_spelling(_READ[one].replace(" ", "")) for one in written))


def typed(text: str) -> list[str]:
    """The words of a query as they were typed, without possessive endings, for looking up what they name."""
    return WORD.findall(_POSSESSIVE.sub("", text))


def indexed(text: str) -> str:
    """What is indexed for a clean text: its words, and after them those that some write as one."""
    found = read(text)
    if STARTS.isdisjoint(found):
        return " ".join([*found, *closed(text)])
    pairs = [(word, found[place + 1]) for place, word in enumerate(found[:-1]) if word in STARTS]
    ones = dict.fromkeys([*closed(text), *(one for pair in dict.fromkeys(pairs) if (one := together(*pair)))])
    return " ".join([*found, *ones])


def read_one(written: str) -> list[str]:
    """The words that one written word is read as; with a hyphen, also as one."""
    found = _READ[written].split(" ")
    return found if len(found) == 1 else [*found, one_spelling("".join(found))]


def beginnings(word: str) -> set[str]:
    """The first letters with which the spellings of a word can be written."""
    spellings = (word, word.replace("e", "ae", 1), word.replace("e", "oe", 1), f"{word[0]}'", f"{word[0]}-")
    return {spelling[:2] for spelling in spellings}


def stem(word: str) -> str:
    """A rough stem of a folded word. It decides what is marked in a snippet, never what is found."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word
