"""The words of a search, and what other sectors call the same: read from memory, which follows every change at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from vocabulary import folding, spelling
from vocabulary.models import BroaderConcept, Concept, Label, RelatedConcept

MOST_WORDS = 60
MOST_EXPANSIONS = 8
MOST_LABELS = 8
MOST_NARROWER = 4
SAME, NARROWER = 1.0, 0.5
# A word that stands in this share of all definitions ("child", "help") says nothing of what a search is about.
TOO_COMMON = 0.04


@dataclass(frozen=True)
class Expansion:
    """`length` typed words from `start` on name a concept; `labels` are its other names, the preferred one first.

    `weight` is 1 for the same thing in other words and less for a narrower thing.
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


@dataclass(frozen=True)
class _Named:
    """A concept that some words name; ambiguous words name it only in a fitting search."""

    concept: int
    is_ambiguous: bool


@dataclass
class _Concept:
    id: int
    name: str
    slug: str
    topic: str
    definition: str
    added: list[tuple[str, str]] = field(default_factory=list)
    narrower: list[int] = field(default_factory=list)
    broader: list[int] = field(default_factory=list)
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
        self._named: dict[tuple[str, ...], dict[int, _Named]] = defaultdict(dict)
        self._by_first: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._read_labels()
        for concept, broader in BroaderConcept.objects.order_by("pk").values_list("concept", "broader"):
            if concept in self.concepts and broader in self.concepts:
                self.concepts[broader].narrower.append(concept)
                self.concepts[concept].broader.append(broader)
        self._write_contexts()

    def _read_labels(self) -> None:
        labels = Label.objects.in_use().filter(expands=True).order_by("pk")
        rows = labels.values_list("concept", "text", "folded", "kind", "is_ambiguous")
        for concept, text, folded, kind, is_ambiguous in sorted(rows, key=lambda row: row[3] != Label.Kind.PREFERRED):
            for pattern in _patterns(text, is_abbreviation=kind == Label.Kind.ABBREVIATION):
                self._by_first[pattern[0]].add(pattern)
                self._named[pattern].setdefault(concept, _Named(concept, is_ambiguous))
            if kind != Label.Kind.HIDDEN and not is_ambiguous:
                self.concepts[concept].added.append((text, folded))

    def _write_contexts(self) -> None:
        """For concepts whose names mean other things too: the words that tell them apart."""
        near: dict[int, set[int]] = defaultdict(set)
        for one, other in RelatedConcept.objects.values_list("concept", "other"):
            near[one].add(other)
        texts: dict[int, set[str]] = {}
        for concept in self.concepts.values():
            around = [self.concepts[pk].name for pk in (*concept.broader, *near[concept.id]) if pk in self.concepts]
            names = [text for text, _ in concept.added]
            words = folding.split(" ".join([concept.definition, *names, *around]))
            texts[concept.id] = {_key(word) for word in words} - folding.STOP_WORDS
        counts = Counter(word for words in texts.values() for word in words)
        too_common = {word for word, number in counts.items() if number > max(3, TOO_COMMON * len(texts))}
        for named in self._named.values():
            if len(named) > 1 or any(each.is_ambiguous for each in named.values()):
                for pk in named:
                    self.concepts[pk].context = frozenset(texts[pk] - too_common)

    def expand(self, words: Sequence[str], typed: Sequence[str] = ()) -> list[Expansion]:
        keys = [_key(word) for word in words[:MOST_WORDS]]
        found: list[Expansion] = []
        done: set[int] = set()
        for run in self._longest(keys):
            for pk in self._meant(run, keys, typed):
                if pk not in done:
                    done.add(pk)
                    found += self._additions(run, pk, words)
        # What means the same comes before what is only a part of it, should there be too much of both.
        kept = sorted(found, key=lambda each: -each.weight)[:MOST_EXPANSIONS]
        return sorted(kept, key=lambda each: (each.start, -each.weight))

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

    def _meant(self, run: _Run, keys: list[str], typed: Sequence[str]) -> list[int]:
        """The concepts that the words of a run stand for in this search."""
        others = {*keys[: run.start], *keys[run.start + run.length :]} - folding.STOP_WORDS
        named = self._named[run.pattern].values()
        fitting = {each.concept: len(others & self.concepts[each.concept].context) for each in named}
        is_sure = not others or _in_capitals(typed, run)
        meant = [each.concept for each in named if not each.is_ambiguous or is_sure or fitting[each.concept]]
        best = max((fitting[pk] for pk in meant), default=0)
        return [pk for pk in meant if fitting[pk] == best]

    def _additions(self, run: _Run, pk: int, words: Sequence[str]) -> Iterator[Expansion]:
        typed = " ".join(words[run.start : run.start + run.length])
        concept = self.concepts[pk]
        labels = _others(concept.added, run.pattern)
        if labels:
            yield Expansion(run.start, run.length, typed, labels[:MOST_LABELS], pk)
        if len(concept.narrower) <= MOST_NARROWER:
            for below in concept.narrower:
                names = _others(self.concepts[below].added[:2], run.pattern)
                if names:
                    yield Expansion(run.start, run.length, typed, names, below, NARROWER)


def _key(word: str) -> str:
    """One key for singular and plural, British and American."""
    return word if word in folding.STOP_WORDS else folding.singular(spelling.one_spelling(word))


def _patterns(text: str, *, is_abbreviation: bool) -> set[tuple[str, ...]]:
    """The runs of words that are this label: without hyphens, without apostrophes, an abbreviation's plural."""
    found = set()
    for written in {text, text.replace("-", ""), text.replace("'", "").replace("’", "")}:
        words = folding.split(written)
        telling = [word for word in words if word not in folding.STOP_WORDS]
        words = telling if len(telling) > 1 else words
        if len("".join(words)) > 1:
            found.add(tuple(_key(word) for word in words))
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


def _others(labels: Iterable[tuple[str, str]], pattern: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that are not what was typed, each once however it is written."""
    seen = {"".join(pattern)}
    kept = []
    for text, folded in labels:
        key = "".join(_key(word) for word in folded.split())
        if key not in seen:
            seen.add(key)
            kept.append(text)
    return tuple(kept)


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
    Never more than MOST_EXPANSIONS, each of at most MOST_LABELS labels; longer labels win over those inside them.
    """
    return current().expand(words, typed) if words else []


def broader(words: Sequence[str]) -> list[Suggestion]:
    """The wider concepts above those that the words name, for a search that found nothing."""
    return current().broader(words) if words else []
