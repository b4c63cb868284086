"""The words of a search, and what other sectors call the same: read from memory, which follows every change at once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from sys import intern
from threading import Lock

from vocabulary import folding, spelling
from vocabulary.models import BroaderConcept, Concept, Label, RelatedConcept

MOST_WORDS = 60
MOST_MEANT, MOST_NEAR, MOST_KINDS = 8, 6, 4
MOST_EXPANSIONS = MOST_MEANT + MOST_NEAR
# Shared out among the things that a search names: each costs a look-up.
MOST_LABELS = 36
# The same thing; a kind of it or what it is a kind of; what is related to it, or two steps wider.
SAME, NEAR, FAR = 1.0, 0.7, 0.5
# Of a thing that is near so many names.
MOST_NAMES = 3
# A word that stands in this share of all definitions ("child", "help") says nothing of what a search is about.
TOO_COMMON = 0.04
_SHORT = 2
# Some write "foodbank" and "healthvisitor"; nobody runs three words together. "D&V" is not "DV", nor "0-5" 05.
_RUN_TOGETHER, _SHORTEST_PART = 2, 3
# Typed as "2.5", which is two words.
_AND_A_HALF = re.compile(r"[\s-]and[\s-]a[\s-]half\b", re.IGNORECASE)


@dataclass(frozen=True)
class Expansion:
    """`length` typed words from `start` on name a concept; `labels` are its other names, the preferred one first.

    `weight` is 1 for the same thing in other words and less for a thing that is near to it.
    """

    start: int
    length: int
    typed: str
    labels: tuple[str, ...]
    concept_id: int
    weight: float = SAME


@dataclass(frozen=True)
class Suggestion:
    """A concept that holds what was asked for and more, to look for instead."""

    concept_id: int
    label: str
    slug: str
    topic: str


@dataclass(frozen=True, slots=True)
class _Named:
    """A concept that some words name; ambiguous words name it only in a fitting search."""

    concept: int
    is_ambiguous: bool
    is_misspelt: bool


@dataclass(slots=True)
class _Concept:
    id: int
    name: str
    slug: str
    topic: str
    definition: str
    added: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    narrower: list[int] = field(default_factory=list)
    broader: list[int] = field(default_factory=list)
    related: list[int] = field(default_factory=list)
    context: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Run:
    """Typed words that are a label."""

    start: int
    length: int
    pattern: tuple[str, ...]


class Thesaurus:
    """Every label that takes part in the search. Built once from the database, then only read."""

    def __init__(self) -> None:
        rows = Concept.objects.in_use().values_list("pk", "name", "slug", "topic__slug", "definition")
        self.concepts = {pk: _Concept(pk, name, slug, topic or "", text) for pk, name, slug, topic, text in rows}
        self._named = self._read_labels()
        by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for pattern in self._named:
            by_first[pattern[0]].append(pattern)
        self._by_first = {first: tuple(patterns) for first, patterns in by_first.items()}
        for concept, broader in BroaderConcept.objects.order_by("pk").values_list("concept", "broader"):
            if concept in self.concepts and broader in self.concepts:
                self.concepts[broader].narrower.append(concept)
                self.concepts[concept].broader.append(broader)
        self._write_contexts()
        for each in self.concepts.values():
            each.added = _telling(each.added)

    def _read_labels(self) -> dict[tuple[str, ...], tuple[_Named, ...]]:
        """Who is named by each run of words; tuples, which each process has room for."""
        named: dict[tuple[str, ...], dict[int, _Named]] = defaultdict(dict)
        labels = Label.objects.in_use().filter(expands=True).order_by("pk")
        rows = labels.values_list("concept", "text", "folded", "kind", "is_ambiguous")
        for concept, text, folded, kind, is_ambiguous in sorted(rows, key=lambda row: row[3] != Label.Kind.PREFERRED):
            for pattern in _patterns(text, is_abbreviation=kind == Label.Kind.ABBREVIATION):
                named[pattern].setdefault(concept, _Named(concept, is_ambiguous, kind == Label.Kind.HIDDEN))
            if kind != Label.Kind.HIDDEN and not is_ambiguous:
                self.concepts[concept].added.append((text, _keys(folded.split())))
        return {pattern: tuple(each.values()) for pattern, each in named.items()}

    def _write_contexts(self) -> None:
        """For concepts whose names mean other things too: the words that tell them apart."""
        near: dict[int, set[int]] = defaultdict(set)
        for one, other in RelatedConcept.objects.order_by("pk").values_list("concept", "other"):
            near[one].add(other)
            if one in self.concepts and other in self.concepts:
                self.concepts[one].related.append(other)
        texts: dict[int, set[str]] = {}
        for concept in self.concepts.values():
            around = [self.concepts[pk].name for pk in (*concept.broader, *near[concept.id]) if pk in self.concepts]
            names = [text for text, _ in concept.added]
            words = folding.split(" ".join([concept.definition, *names, *around]))
            texts[concept.id] = {_key(word) for word in words} - folding.STOP_WORDS
        counts = Counter(word for words in texts.values() for word in words)
        too_common = {word for word, number in counts.items() if number > max(3, TOO_COMMON * len(texts))}
        for named in self._named.values():
            if len(named) > 1 or any(each.is_ambiguous for each in named):
                for each in named:
                    self.concepts[each.concept].context = frozenset(texts[each.concept] - too_common)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the names that are shown, folded."""
        names = (text for each in self.concepts.values() for text, _ in each.added)
        return frozenset(word for name in names for word in folding.split(name))

    def expand(self, words: Sequence[str], typed: Sequence[str] = ()) -> list[Expansion]:
        keys = [_key(word) for word in words[:MOST_WORDS]]
        meant: dict[int, _Run] = {}
        for run in self._longest(keys):
            for pk in self._meant(run, keys, typed):
                meant.setdefault(pk, run)
        kept = dict(list(meant.items())[:MOST_MEANT])
        near = self._near(kept)
        share = max(1, (MOST_LABELS - MOST_NAMES * len(near)) // max(1, len(kept)))
        found = [self._expansion(run, pk, words, share, SAME) for pk, run in kept.items()]
        found += [self._expansion(run, pk, words, MOST_NAMES, weight) for pk, (run, weight) in near.items()]
        return sorted((each for each in found if each.labels), key=lambda each: (each.start, -each.weight))

    def _near(self, meant: dict[int, _Run]) -> dict[int, tuple[_Run, float]]:
        """What is near to what was meant, with its weight; of each thing that was meant in turn, the nearest first."""
        found: dict[int, tuple[_Run, float]] = {}
        turns = [[(pk, run, weight) for pk, weight in self._around(one)] for one, run in meant.items()]
        for turn in zip_longest(*turns):
            for pk, run, weight in filter(None, turn):
                if pk not in meant:
                    found.setdefault(pk, (run, weight))
        return dict(list(found.items())[:MOST_NEAR])

    def _around(self, pk: int) -> Iterator[tuple[int, float]]:
        """What has many kinds ("benefits") says too little of each of them: they are left out."""
        concept = self.concepts[pk]
        yield from ((up, NEAR) for up in concept.broader)
        if len(concept.narrower) <= MOST_KINDS:
            yield from ((down, NEAR) for down in concept.narrower)
        yield from ((other, FAR) for other in concept.related)
        yield from ((top, FAR) for up in concept.broader for top in self.concepts[up].broader)

    def _expansion(self, run: _Run, pk: int, words: Sequence[str], most: int, weight: float) -> Expansion:
        typed = " ".join(words[run.start : run.start + run.length])
        labels = [text for text, key in self.concepts[pk].added if not _says(key, run.pattern)]
        return Expansion(run.start, run.length, typed, tuple(labels[:most]), pk, weight)

    def broader(self, words: Sequence[str]) -> list[Suggestion]:
        keys = [_key(word) for word in words[:MOST_WORDS]]
        wider = [
            self.concepts[up]
            for run in self._longest(keys)
            for pk in self._meant(run, keys, ())
            for up in self.concepts[pk].broader
        ]
        unique = {each.id: Suggestion(each.id, each.name, each.slug, each.topic) for each in wider}
        return list(unique.values())[:MOST_EXPANSIONS]

    def well_spelt(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Runs of these words that are a misspelling and nothing else: start, length, and the name that was meant."""
        found = []
        for run in self._longest([_key(word) for word in words[:MOST_WORDS]]):
            named = self._named[run.pattern]
            if len(named) == 1 and named[0].is_misspelt:
                found.append((run.start, run.length, self.concepts[named[0].concept].name))
        return found

    def _longest(self, keys: list[str]) -> list[_Run]:
        """Labels among the words, none overlapping another, longer ones first; in the order of the words."""
        runs = [run for start in range(len(keys)) for run in self._starting_at(keys, start)]
        taken: set[int] = set()
        chosen = []
        for run in sorted(runs, key=lambda run: (-len(run.pattern), run.start)):
            places = set(range(run.start, run.start + run.length))
            if not places & taken:
                taken |= places
                chosen.append(run)
        return sorted(chosen, key=lambda run: run.start)

    def _starting_at(self, keys: list[str], start: int) -> Iterator[_Run]:
        for pattern in self._by_first.get(keys[start], ()):
            end = _end(pattern, keys, start)
            if end:
                yield _Run(start, end - start, pattern)
        # "well-being" and "well being" for "wellbeing".
        closed = ("".join(keys[start : start + 2]),)
        if closed in self._named and start + 1 < len(keys):
            yield _Run(start, 2, closed)

    def _meant(self, run: _Run, keys: list[str], typed: Sequence[str]) -> list[int]:
        """The concepts that the words of a run stand for in this search."""
        others = {*keys[: run.start], *keys[run.start + run.length :]} - folding.STOP_WORDS
        named = self._named[run.pattern]
        fitting = {each.concept: len(others & self.concepts[each.concept].context) for each in named}
        is_sure = not others or _in_capitals(typed, run)
        meant = [each.concept for each in named if not each.is_ambiguous or is_sure or fitting[each.concept]]
        best = max((fitting[pk] for pk in meant), default=0)
        return [pk for pk in meant if fitting[pk] == best]


def _key(word: str) -> str:
    """One key for singular and plural, British and American, and for numbers in words and in figures."""
    if word in folding.STOP_WORDS:
        return word
    return intern(folding.singular(spelling.one_spelling(folding.in_full(word))))


def _keys(words: list[str]) -> tuple[str, ...]:
    """The words that make a label what it is: without the little ones where more than one is left."""
    telling = [word for word in words if word not in folding.STOP_WORDS]
    return tuple(_key(word) for word in (telling if len(telling) > 1 else words))


def _patterns(text: str, *, is_abbreviation: bool) -> set[tuple[str, ...]]:
    """The runs of words that are this label: without hyphens or apostrophes, run together, an abbreviation's plural."""
    found = set()
    halves = _AND_A_HALF.sub(" 5", text)
    for written in {text, text.replace("-", ""), text.replace("'", "").replace("’", ""), halves}:
        words = folding.split(written)
        if len("".join(words)) > 1:
            found.add(_keys(words))
            if len(words) == _RUN_TOGETHER and min(map(len, words)) >= _SHORTEST_PART:
                found.add((_key("".join(words)),))
            if is_abbreviation and len(words) == 1:
                found.add((f"{words[0]}s",))
    return found


def _end(pattern: tuple[str, ...], keys: Sequence[str], start: int) -> int:
    """Where the pattern ends that begins at `start`, little words in between left out; 0 if it is not there."""
    at = start
    for wanted in pattern:
        while start < at < len(keys) and keys[at] != wanted and keys[at] in folding.STOP_WORDS:
            at += 1
        if at >= len(keys) or keys[at] != wanted:
            return 0
        at += 1
    return at


def _in_capitals(typed: Sequence[str], run: _Run) -> bool:
    """Whether this was typed as an abbreviation is, and not because everything was typed in capitals."""
    here = typed[run.start : run.start + run.length]
    others = [*typed[: run.start], *typed[run.start + run.length :]]
    return bool(here) and all(word.isupper() for word in here) and not all(word.isupper() for word in others)


def _telling(labels: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """The labels worth adding: the preferred one first, short ones before long ones, each once however it is written.

    One that holds another finds nothing that the shorter one does not: it is left out.
    """
    seen: set[str] = set()
    kept: list[tuple[str, tuple[str, ...]]] = []
    for text, key in labels:
        holds_another = any(len(other) < len(key) and _holds(key, other) for _text, other in labels)
        if "".join(key) not in seen and (not kept or not holds_another):
            seen.add("".join(key))
            kept.append((text, key))
    return kept[:1] + sorted(kept[1:], key=lambda label: max(_SHORT, len(label[1])))


def _says(key: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a label is what was typed, or finds nothing besides it. "foodbank" as typed does not find "food bank"."""
    return ("".join(key) == "".join(pattern) and len(key) <= len(pattern)) or _holds(key, pattern)


def _holds(key: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return any(key[at : at + len(other)] == other for at in range(len(key) - len(other) + 1))


_lock = Lock()
_loaded: tuple[tuple[int, int, int], Thesaurus] | None = None


def current() -> Thesaurus:
    """The thesaurus as it stands in the database: one small query where nothing was changed."""
    global _loaded
    stamp = Concept.objects.stamp()
    if _loaded is None or _loaded[0] != stamp:
        with _lock:
            if _loaded is None or _loaded[0] != stamp:
                _loaded = (stamp, Thesaurus())
    return _loaded[1]


def expand(words: Sequence[str], typed: Sequence[str] = ()) -> list[Expansion]:
    """What the words of a search are called elsewhere. `words` are folded (`vocabulary.folding.split`).

    `typed` are the same words as they were typed, where known: an abbreviation in capitals is taken at its word.
    Never more than MOST_EXPANSIONS with MOST_LABELS labels in all; longer typed labels win over those inside them.
    """
    return current().expand(words, typed) if words else []


def broader(words: Sequence[str]) -> list[Suggestion]:
    """The wider concepts above those that the words name, for a search that found nothing."""
    return current().broader(words) if words else []


def well_spelt(text: str) -> str:
    """The text with what editors know as misspellings put right, as far as its words stand side by side in it."""
    words = folding.split(text)
    for start, length, name in current().well_spelt(words):
        typed = r"[\W_]+".join(map(re.escape, words[start : start + length]))
        right = name if name[1:2].isupper() else name[:1].lower() + name[1:]
        match = re.search(rf"(?<![^\W_]){typed}(?![^\W_])", folding.fold(text))
        if match:
            text = text[: match.start()] + right + text[match.end() :]
    return text
