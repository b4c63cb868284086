"""Words as people type them and as they stand in texts: made alike, the same way when indexed and when asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from itertools import islice, pairwise, starmap
from typing import NamedTuple
from unicodedata import is_normalized, normalize

from search.inflections import word_beside
from vocabulary.folding import STOP_WORDS as STOP_WORDS
from vocabulary.folding import WORD, fold
from vocabulary.spelling import one_spelling

# Apostrophes and hyphens inside a word belong to it.
WRITTEN = re.compile(r"[^\W_]+(?:['\u2010\u2011-][^\W_]+)*")
_POSSESSIVE = re.compile(r"'s\b", re.IGNORECASE)
# "wont" as "won't" is read: the names of things are written with their apostrophes.
_UNMARKED = re.compile(
    r"\b(aren|can|couldn|didn|doesn|don|hadn|hasn|haven|isn|shouldn|wasn|weren|won|wouldn)t\b", re.IGNORECASE
)
_HYPHENS = re.compile("[-\u2010\u2011]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ud800-\udfff]+")
# Where a long word may be broken, which way to read, a mark before a text: nothing that parts two words.
_UNSEEN = re.compile("[\u00ad\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
# What printers make of "ffi" and its like comes along with what is copied out of a PDF.
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
LONGEST_WORD = 60
LONGEST_SHORT = 200
# Has a place of its own in every index, and nobody looks for a phrase around it.
_APART_FROM = "the"
# Small letters, and what parts words a space. Bytes of other alphabets' letters stay as they are.
_APART = bytes(
    ord(character.lower()) if character.isalnum() or character in "'-" else ord(" ")
    for character in map(chr, range(128))
) + bytes(range(128, 256))

# How something is asked, not what ("the best way to …"): it counts for little in a question that says something else.
FILLERS = frozenset(
    WORD.findall(
        """again also anybody anyone anything asap basically because best bit else ever everybody everyone exactly get
        gets getting given goes going gone got hello hi hiya just know knows like likes lot lots many maybe mean means
        much need needs okay ok please possible probably properly quite really recommend seem seems since some
        somebody someone something sometimes somewhere soon sort sure thank thanks thing things think thought tried
        try trying very want wanted wants way ways well wondering"""
    )
)
# Each says something and is asked for, yet stands in any text: how seldom one is said here makes no slip of it.
SMALL_WORDS = frozenset(
    WORD.findall(
        """above across after against along already also although among another around away before behind below beside
        between beyond both down during each either enough even every few first further instead last less more most near
        neither never next often once only other others over same several still than though through together toward
        towards under until upon while within without"""
    )
)
# A question begins with one of these, or has so many words.
ASKING = frozenset(
    WORD.findall("what whats how hows when where wheres why who whos which can could should is are do does")
)
FEWEST_OF_A_QUESTION = 4

# Written as one word, with a hyphen or as two: read as one.
_ONE_WORD = """ante.natal baby.sit|ter|ters|ting bed.time birth.weight bottle.feed|ing|s breast.feed|ing|s breast.fed
    breast.milk care.giver|s care.giving case.load|s check.up|s child.birth child.care child.minder|s child.minding
    class.room|s day.care drop.in|s e.mail|s|ed|ing grand.parent|s hand.wash|ing health.care home.schooling
    house.work key.worker|s new.born|s night.time per.cent
    play.group|s play.dough play.time play.work|er|ers post.natal post.partum school.child|ren screen.time
    sign.post|ed|ing|s step.child|ren step.parent|s still.birth|s still.born story.telling story.time
    time.table tooth.ache tooth.brush|es|ing tooth.paste walk.in|s well.being work.force work.load|s work.place|s
    work.shop|s"""
# Parts that are no words by themselves.
_PREFIXES = frozenset(WORD.findall("anti bi co inter intra multi neuro non peri pre psycho semi socio sub ultra"))


def _pairs() -> Iterator[tuple[str, str]]:
    for entry in _ONE_WORD.split():
        written, *endings = entry.split("|")
        first, _dot, rest = written.partition(".")
        yield from ((first, rest + ending) for ending in ("", *endings))


_TOGETHER = frozenset(_pairs())
# What such words begin with, so that most texts need no second look.
STARTS = _PREFIXES | {first for first, _rest in _TOGETHER}


def clean(text: str) -> str:
    """One line without control characters and what cannot be seen, with plain apostrophes, each accent one with its
    letter, letters that were printed as one apart again.
    """
    if not text:
        return ""
    line = text
    if "  " in text or not text.isprintable():
        line = " ".join(_CONTROL.sub(" ", _UNSEEN.sub("", text)).split())
    line = line.strip()
    if not line.isascii():
        for apostrophe in _APOSTROPHES:
            line = line.replace(apostrophe, "'")
        line = _LIGATURES.sub(lambda found: normalize("NFKC", found[0]), line)
        if not is_normalized("NFC", line):
            # PDFs and Macs write an accent after its letter, where it would part the word in two.
            line = normalize("NFC", line)
    return line


class _Readings(dict[str, str]):
    """The words that a chunk is read as, worked out once: two or more where a hyphen only keeps them together.

    `odd` are those that are no single word, or one that others write with the next as one; with each, what of it some
    write as one word: "drop-in" as "dropin". `starting` are those that others write with the next as one, `plain` those
    that are read as they stand and are nothing of this: most of any text. `forms` are those that are forms of a word
    with another stem, which goes with each: "slept", with "sleep".
    """

    def __init__(self) -> None:
        super().__init__()
        self.odd: dict[str, tuple[str, ...]] = {}
        self.starting: set[str] = set()
        self.forms: dict[str, tuple[str, ...]] = {}
        self.plain: set[str] = set()
        self.letters = 0

    def __missing__(self, chunk: str) -> str:
        parts = [part for written in WRITTEN.findall(chunk) for part in _HYPHENS.split(written)]
        plain = (part.removesuffix("'s").replace("'", "")[:LONGEST_WORD] for part in parts)
        read = " ".join(filter(None, map(one_spelling, plain)))
        words = read.split()
        forms = tuple(filter(None, map(word_beside, words)))
        if forms:
            self.forms[chunk] = forms
        if not STARTS.isdisjoint(words):
            self.starting.add(chunk)
        if len(words) > 1 or chunk in self.starting:
            self.odd[chunk] = tuple(self._closed(chunk, read))
        elif read == chunk:
            self.plain.add(chunk)
        self.letters += len(chunk)
        # Last: another thread that finds it here takes it that all is known of it.
        self[chunk] = read
        return read

    def _closed(self, chunk: str, read: str) -> Iterator[str]:
        for written in WRITTEN.findall(chunk):
            one = read if written == chunk else self[written]
            if " " in one and len(written) <= LONGEST_WORD:
                yield one_spelling(one.replace(" ", ""))

    def closed(self, odd: Iterable[str]) -> dict[str, None]:
        """Of odd chunks, in their order."""
        return dict.fromkeys(one for chunk in odd for one in self.odd[chunk])


_known = _Readings()
# Of usual words this is some two hundred thousand.
_MOST_LETTERS = 2_000_000


def _readings() -> _Readings:
    """Those that this process keeps, or none yet where they would grow too large."""
    global _known
    if _known.letters > _MOST_LETTERS:
        _known = _Readings()
    return _known


def together(first: str, second: str) -> str:
    """What two neighbours are as one word, where others write them so ("well being"); else nothing."""
    is_one = (first in _PREFIXES and second not in STOP_WORDS) or (first, second) in _TOGETHER
    return one_spelling(first + second) if is_one else ""


def chunks(text: str) -> list[str]:
    """Written words of a text, folded; hyphens and apostrophes may stand around them, or alone."""
    if not text.isascii():
        text = _FOREIGN.sub(_as_written, fold(text))
    return text.encode().translate(_APART).decode().split()


def _as_written(character: re.Match[str]) -> str:
    """A letter of another alphabet stays; dashes, quotation marks and signs only part words."""
    if character[0] in "\u2010\u2011":
        return "-"
    return character[0] if character[0].isalnum() else " "


def read(text: str) -> list[str]:
    """The words of a clean text, as they are indexed and asked for."""
    return " ".join(map(_readings().__getitem__, chunks(text))).split()


def closed(text: str) -> list[str]:
    """The words with hyphens of a clean text as one word each, as some write them: "drop-in" as "dropin"."""
    readings, written = _readings(), chunks(text)
    return list(readings.closed([chunk for chunk in written if readings[chunk] and chunk in readings.odd]))


def typed(text: str) -> list[str]:
    """The words of a query as they were typed, without possessive endings, for looking up what they name."""
    return WORD.findall(_UNMARKED.sub(r"\1 t", _POSSESSIVE.sub("", text)))


class Indexed(NamedTuple):
    """What is indexed for a text, the text's chunks, each once, and the words whose other forms stand in it."""

    text: str
    chunks: Set[str]
    forms: str = ""

    @property
    def with_forms(self) -> str:
        """For an index whose stemmer joins no forms: each word once more for each of its forms, apart from the text."""
        return f"{self.text} {_APART_FROM} {self.forms}" if self.forms else self.text


NOTHING = Indexed("", frozenset())


def indexed(text: str) -> Indexed:
    """A clean text's words, and after them those that some write as one."""
    if not text:
        return NOTHING
    return _short(text) if len(text) <= LONGEST_SHORT else _indexed(text)


def _indexed(text: str) -> Indexed:
    written = chunks(text)
    if not written:
        return NOTHING
    # Of two hundred words a hundred differ, and ten of them are read otherwise: only these are looked up one by one.
    readings, different = _readings(), set(written)
    others = {chunk: readings[chunk] for chunk in different - readings.plain}
    # As often as they stand there, as that is counted.
    formed = sorted(different.intersection(readings.forms))
    beside = [" ".join([word] * written.count(chunk)) for chunk in formed for word in readings.forms[chunk]]
    read_as = map(others.get, written, written) if others else written
    # Nothing but hyphens is read as nothing.
    found = " ".join(filter(None, read_as) if "" in others.values() else read_as)
    odd = others.keys() & readings.odd.keys()
    if odd:
        ones = _ones(readings, written, list(filter(odd.__contains__, written)))
        found = " ".join([found, *ones])
        beside += filter(None, map(word_beside, ones))
    # No two of them were side by side.
    return Indexed(found, different, f" {_APART_FROM} ".join(beside))


# Every reply of a thread repeats its title.
_short = lru_cache(maxsize=1000)(_indexed)


def _ones(readings: _Readings, written: list[str], odd: list[str]) -> dict[str, None]:
    """What some write as one word, of the odd ones among these chunks and of their neighbours."""
    ones = readings.closed(odd)
    if not readings.starting.isdisjoint(odd):
        ones |= dict.fromkeys(_neighbours(readings, written, odd))
    return ones


def _neighbours(readings: _Readings, written: list[str], odd: list[str]) -> Iterator[str]:
    """Of these chunks, in their order, those words that others write with the next as one, so written."""
    after = 0
    for chunk in filter(readings.starting.__contains__, odd):
        after = written.index(chunk, after) + 1
        following = next(filter(None, map(readings.__getitem__, islice(written, after, None))), "")
        pairs = pairwise(f"{readings[chunk]} {following}".split())
        yield from filter(None, starmap(together, pairs))


def read_one(written: str) -> list[str]:
    """The words that one written word is read as; with a hyphen, also as one."""
    found = _readings()[written].split()
    return found if len(found) == 1 else [*found, one_spelling("".join(found))]


def beginnings(word: str) -> set[str]:
    """The first letters with which the spellings of a word can be written."""
    spellings = (word, word.replace("e", "ae", 1), word.replace("e", "oe", 1), f"{word[0]}'", f"{word[0]}-")
    return {spelling[:2] for spelling in spellings}
