"""Misspelt words, corrected from the words of what their reader may see, and from the vocabulary's."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice
from os.path import commonprefix
from typing import NamedTuple

from django.db.models import Q

from search import engines
from search.inflections import stem
from search.models import Word
from search.models.word import LONGEST
from search.query import Query
from search.words import SMALL_WORDS, STOP_WORDS, WORD, fold
from vocabulary import expansion

SHORTEST = 4
# What stands in capitals and is no longer than this is letters that mean something.
LONGEST_LETTERS = 5
# "Nappychanging" is two words without their space; parts of two letters would be found in most words.
SHORTEST_PART = 3
MOST_WORDS = 6
# So many candidates of each word are looked up together; the next only where the reader may see none of these, so that
# what others wrote stands in nobody's way.
TOGETHER, MOST_CANDIDATES = 8, 40
# A word of six letters may be wrong in two places.
_TWO_MISTAKES = 6
# What only so few documents have may be a slip of whoever wrote them, where another spelling is so much more usual.
RARE, MORE_USUAL = 2, 10

_NO_SLIPS = STOP_WORDS | SMALL_WORDS

Known = Callable[[Iterable[str]], dict[str, int]]


class Correction(NamedTuple):
    """A text put right; `slight` with nothing put right but words that stand in nothing and have one slip each."""

    text: str
    slight: str


def corrected(query: Query, containers: frozenset[str]) -> Correction | None:
    """The text with its misspelt words put right; None where nothing is misspelt or nothing is near.

    Two queries, rarely more. Words count as far as they stand in what a reader of these containers may see.
    """
    engine = engines.embedded()

    def known(words: Iterable[str]) -> dict[str, int]:
        return engine.known(words, containers)

    written = list(_words_of(query))
    if not written:
        return None
    named = expansion.current().words
    # A word of the vocabulary's is one, however rare here: "homeless" is not "home less", nor "crying" a "caring".
    typed = dict(islice(((word, is_name) for word, is_name in written if word not in named), MOST_WORDS))
    near = {word: every for word, every in candidates(typed, named).items() if every}
    if not near:
        return None
    counts, better = _looked_up(near, named, known)
    better |= _run_together([word for word in near if word not in better and not counts.get(word)], near, named, known)
    slight = text = query.text
    for word, found in better.items():
        if counts.get(word) and _is_accented(word, engine.texts_with(word, containers, RARE)):
            continue
        text = _put(text, word, found)
        if not counts.get(word) and _is_slight(word, found):
            slight = _put(slight, word, found)
    return Correction(text, slight) if text != query.text else None


def _looked_up(
    near: dict[str, list[str]], named: Container[str], known: Known
) -> tuple[dict[str, int], dict[str, str]]:
    """How many documents have each word that was looked up, and for words that are misspelt what was meant."""
    # A word that the vocabulary has is a word, even where nothing here says it: what it names may stand here.
    terms = {word for each in near.values() for word in each if word in named}
    counts: dict[str, int] = {}
    better: dict[str, str] = {}
    for start in range(0, MOST_CANDIDATES, TOGETHER):
        left = _left(near, start, counts, better)
        if not left:
            break
        counts |= known({*left, *(one for some in left.values() for one in some)})
        counts |= {word: 1 for word in terms if not counts.get(word)}
        better |= {word: found for word, some in left.items() if (found := _better(word, some, counts))}
    return counts, better


def _run_together(words: list[str], near: dict[str, list[str]], named: Container[str], known: Known) -> dict[str, str]:
    """For words that stand nowhere and are like none, two that do, though not side by side. One query, where any."""
    pairs = {word: [tuple(each.split()) for each in near[word] if " " in each] for word in words}
    parts = {part for every in pairs.values() for pair in every for part in pair}
    if not parts:
        return {}
    counts = known(parts)
    found = {
        word: [pair for pair in every if all(counts.get(part) or part in named for part in pair)]
        for word, every in pairs.items()
    }
    # "Nappy changing" rather than "nap pychanging": of parts of a like length both are most surely meant.
    return {word: " ".join(max(every, key=lambda pair: min(map(len, pair)))) for word, every in found.items() if every}


def _left(near: dict[str, list[str]], start: int, counts: dict[str, int], done: Container[str]) -> dict[str, list[str]]:
    """The next candidates of each word that is not put right and not usual."""
    unsure = {word: every[start : start + TOGETHER] for word, every in near.items() if counts.get(word, 0) <= RARE}
    return {word: some for word, some in unsure.items() if some and word not in done}


def _words_of(query: Query) -> Iterator[tuple[str, bool]]:
    """The words that may be misspelt, and of each whether the vocabulary has a name for it.

    It is spelt as it was meant then, even where nothing here says it so, but "sleepproblems" may lack its space.
    """
    # "is:purple": the page says what there can be, and "is:puree" would be none of it. "topic:behavoir" names a topic.
    states = (each for each in query.wanted.misread if each.lower().startswith("is:"))
    operators = {word for each in states for word in WORD.findall(fold(each))}
    for each in query.wanted.typed:
        word = fold(each.text)
        if word in operators:
            continue
        if each.text.isupper() and len(word) <= LONGEST_LETTERS:
            continue
        if each.group is not None and SHORTEST <= len(word) <= LONGEST and word.isalpha() and word not in _NO_SLIPS:
            yield word, each.group in query.named


def _is_slight(word: str, better: str) -> bool:
    """Whether these are one word but for a letter: "hire" is no slip of "hide", nor "exclusion" one of "explosion"."""
    return len(word) > SHORTEST and word[0] == better[0] and distance(word, better, 1) == 1


def _better(word: str, candidates: list[str], counts: dict[str, int]) -> str:
    """The nearest candidate that is known; of a word that is known too, one that is far more usual and begins alike.

    A short word that is known is none: "cafe" is one letter from "came", as half of all short words are.
    """
    count = counts.get(word, 0)
    if count > RARE or (count and len(word) == SHORTEST):
        return ""
    alike = (each for each in candidates if not count or each[0] == word[0])
    return next((each for each in alike if counts.get(each, 0) > MORE_USUAL * count), "")


def _is_accented(word: str, texts: Iterable[str]) -> bool:
    """Whether a text has this word with an accent: "naïve" is rare, and nobody's slip of "native"."""
    every = (each for text in texts if not text.isascii() for each in WORD.findall(text))
    return any(fold(each) != each.lower() and stem(fold(each)) == stem(word) for each in every)


def _put(text: str, word: str, better: str) -> str:
    """The folded text would do, but people want to see what they typed."""
    folded = fold(text)
    match = re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", folded)
    return text[: match.start()] + better + text[match.end() :] if match else text


def candidates(typed: Mapping[str, bool], besides: Iterable[str] = ()) -> dict[str, list[str]]:
    """For each word what may have been meant, of the site's words and those `besides`, likeliest first. One query.

    It may be two words without their space, or spelt like another, unless the vocabulary has a name for it (True).
    """
    found = _spelt_alike(typed, besides)
    return {word: _apart(word, found) + ([] if is_name else _nearest(word, found)) for word, is_name in typed.items()}


def _spelt_alike(typed: Iterable[str], besides: Iterable[str]) -> set[str]:
    """Words of the site that begin or end as one of these, as long as it is or a part of it, and those `besides`."""
    wanted = Q()
    for word in typed:
        mistakes = _mistakes(word)
        length = Q(length__gte=len(word) - mistakes, length__lte=len(word) + mistakes)
        alike = Q(text__startswith=word[0]) | Q(text__startswith=word[1]) | Q(text__endswith=word[-3:])
        wanted |= length & alike | Q(text__in={part for parts in _parts(word) for part in parts})
    return {*Word.objects.filter(wanted).values_list("text", flat=True), *besides} if wanted else set()


def _parts(word: str) -> Iterator[tuple[str, str]]:
    return ((word[:at], word[at:]) for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1))


def _apart(word: str, known: Container[str]) -> list[str]:
    return [f"{one} {two}" for one, two in _parts(word) if one in known and two in known]


def _mistakes(word: str) -> int:
    return 2 if len(word) >= _TWO_MISTAKES else 1


def _nearest(word: str, candidates: Iterable[str]) -> list[str]:
    most, letters = _mistakes(word), {*word}
    near = []
    for candidate in candidates:
        if abs(len(candidate) - len(word)) > most:
            continue
        # A mistake brings one letter at most and takes one away: most candidates have too many others.
        others = {*candidate}
        if len(letters - others) > most or len(others - letters) > most:
            continue
        far = distance(word, candidate, most)
        if 0 < far <= most:
            # "todler" has the letters of "toddler", and not those of "toller"; "brest" begins as "breast" does.
            beginning = len(commonprefix([word, candidate]))
            near.append((far, candidate[0] != word[0], len(letters ^ others), -beginning, candidate))
    return [candidate for *_, candidate in sorted(near)[:MOST_CANDIDATES]]


def distance(one: str, two: str, most: int) -> int:
    """How many letters are wrong, missing, too many or in each other's place; `most` + 1 for more than that."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, other in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
