"""What the text of a query asks for. Any text is a query; none is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from search import inflections, words

LONGEST_TEXT = 600
MOST_TERMS = 40
# Each name is looked up by itself, `by:` in all webinars.
MOST_NAMES = 5
# With more words than this a question is ranked by those that matter; whether two of them were one is lost in it.
MOST_PAIRED = 3
OR = "OR"
STATES = ("answered", "unanswered", "open")
# What a minus may stand before.
BARRING = ("in", "topic", "is")
_NAMES = {"in": "within", "by": "by", "topic": "topics"}

# An operator, a quoted phrase or a run without spaces or quotes; a minus before any of them. A quotation mark that none
# closes is not there.
_TOKEN = re.compile(r'(?<!\S)(-)?(?:(in|by|topic|before|after|is):)?(?:"([^"]*)"|([^\s"]+))|([^\s"]+)', re.IGNORECASE)
# What looks like an operator that other sites have, but for addresses and times of day.
_LIKE_OPERATOR = re.compile(r"([a-z]{2,12}):(?!//)\S", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z", re.ASCII)


@dataclass(frozen=True)
class Term:
    """Words that stand side by side, in this order; mostly one. What was added counts less than what was typed."""

    words: tuple[str, ...]
    is_quoted: bool = False
    weight: float = 1.0
    # Another thing, near to what was typed: it will do where some of the words will do.
    is_near: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def in_any_form(self) -> str:
        """What an index is asked for that has beside each form the word that it is a form of. Phrases are as typed."""
        return self.text if len(self.words) > 1 else inflections.word_of(self.text)


@dataclass(frozen=True)
class Group:
    """Terms of which any one will do; mostly one. What was typed comes first, with the words as they were typed.

    `weight` is how much of its own score what was typed counts, where the thing has a commoner name.
    """

    alternatives: tuple[Term, ...]
    typed: str = ""
    weight: float = 1.0

    @property
    def text(self) -> str:
        return self.alternatives[0].text


@dataclass(frozen=True)
class Filters:
    """What the operators in a query's text narrow it to: from the day `after` on, and not the day `before`.

    `barred` are those with a minus before them, as pairs of operator and value.
    """

    within: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    barred: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Addition:
    """Another name for what was typed: `term` will do for the groups from `start` on, `length` of them.

    `key` takes it out again, in `without=`.
    """

    typed: str
    label: str
    term: Term
    key: str
    start: int
    length: int = 1

    @property
    def weight(self) -> float:
        return self.term.weight


@dataclass(frozen=True)
class Typed:
    """One word as it was typed, and the group that it became; none where it was ignored or quoted."""

    text: str
    group: int | None


@dataclass(frozen=True)
class Wanted:
    """A query's text, understood. A document has one of each group, and none of what is excluded.

    `asides` say how something is asked: no document needs them, and one that has them stands a little higher.
    """

    terms: tuple[Group, ...] = ()
    excluded: tuple[Term, ...] = ()
    ignored: tuple[str, ...] = ()
    is_shortened: bool = False
    filters: Filters = field(default_factory=Filters)
    typed: tuple[Typed, ...] = ()
    asides: tuple[Term, ...] = ()
    misread: tuple[str, ...] = ()

    def with_additions(self, additions: Iterable[Addition], telling: Mapping[int, float]) -> tuple[Group, ...]:
        """The groups with what was added, and with weights where they are not 1.

        What replaces several words will do for each of them.
        """
        groups = [replace(group, weight=telling.get(number, 1.0)) for number, group in enumerate(self.terms)]
        for addition in additions:
            for number in range(addition.start, addition.start + addition.length):
                group = groups[number]
                groups[number] = replace(group, alternatives=(*group.alternatives, addition.term))
        return tuple(groups)


def parse(text: str, plain: frozenset[str] = frozenset()) -> Wanted:
    """Quotes make phrases, a leading minus excludes, OR joins, operators filter; everything else is plain words.

    `plain` are operators that turned out to name nothing, as "name:value" in small letters: they are words too.
    """
    reader = _Reader(plain)
    for token in _TOKEN.findall(words.clean(text[:LONGEST_TEXT])):
        reader.take(*token)
    return reader.wanted(is_shortened=len(text) > LONGEST_TEXT)


def bare(text: str) -> str:
    """The words of a query alone: no quotes, no OR, nothing that filters or excludes."""
    kept = (
        phrase or run or rest
        for minus, name, phrase, run, rest in _TOKEN.findall(words.clean(text[:LONGEST_TEXT]))
        if not minus and not name and run != OR
    )
    return " ".join(value for value in kept if words.read(value))


class _Reader:
    """Reads a query token by token."""

    def __init__(self, plain: frozenset[str]) -> None:
        self.plain = plain
        self.found: list[_Item] = []
        self.excluded: list[Term] = []
        self.filters = Filters()
        self.is_joining = False
        self.misread: list[str] = []

    def take(self, minus: str, name: str, phrase: str, run: str, rest: str) -> None:
        value, is_quoted = phrase or run or rest, bool(phrase)
        name = name.lower()
        if name and self._filter(name, value, is_not=bool(minus)):
            return
        is_misread = bool(words.read(value) and (name or (_LIKE_OPERATOR.match(run) and not minus)))
        if is_misread:
            self.misread.append(f"{minus}{name}:{value}" if name else run)
        if run == OR and not minus and not name:
            self.is_joining = bool(self.found)
            return
        is_excluded = bool(minus) and (is_quoted or value[:1].isalnum())
        every = words.read(name) + words.read(value) if name else words.read(value)
        if not every:
            return
        if is_excluded:
            if is_quoted or not words.STOP_WORDS.issuperset(every):
                self.excluded.append(Term(tuple(every[:MOST_TERMS])))
            return
        # What looked like an operator and was none is as many words as it has.
        if is_misread and not is_quoted:
            for word in every[:MOST_TERMS]:
                self._add(_Item((word,), word, False))
        else:
            self._add(_Item(tuple(every[:MOST_TERMS]), value, is_quoted))

    def _add(self, item: _Item) -> None:
        if self.is_joining:
            item.joins = item.is_either = self.found[-1].is_either = True
        self.is_joining = False
        self.found.append(item)

    def _bar(self, name: str, value: str) -> bool:
        """Whether this is an operator that can be understood with a minus before it."""
        barred = self.filters.barred
        if name not in BARRING or (name == "is" and value.lower() not in STATES) or len(barred) >= MOST_NAMES:
            return False
        self.filters = replace(self.filters, barred=(*barred, (name, value)))
        return True

    def _filter(self, name: str, value: str, *, is_not: bool) -> bool:
        """Whether this is an operator that can be understood."""
        if f"{'-' * is_not}{name}:{value}".lower() in self.plain or not words.read(value):
            return False
        if is_not:
            return self._bar(name, value)
        filters = self.filters
        if name in ("before", "after"):
            day = _day(value)
            if day is None:
                return False
            self.filters = replace(filters, before=day) if name == "before" else replace(filters, after=day)
        elif name == "is":
            if value.lower() not in STATES:
                return False
            self.filters = replace(filters, states=(*filters.states, value.lower()))
        elif len(getattr(filters, _NAMES[name])) >= MOST_NAMES:
            return False
        else:
            named: dict[str, Any] = {_NAMES[name]: (*getattr(filters, _NAMES[name]), value)}
            self.filters = replace(filters, **named)
        return True

    def wanted(self, *, is_shortened: bool) -> Wanted:
        items = _joined(self.found)
        _pair(items)
        kept = [item for item in items if item.is_kept] or items
        telling = _telling(kept, items)
        asides, kept = [item for item in kept if item not in telling], telling
        groups: dict[tuple[Term, ...], Group] = {}
        for chain in _chains(kept):
            alternatives = tuple(dict.fromkeys(term for item in chain for term in item.terms))
            group = groups.setdefault(alternatives, Group(alternatives, " ".join(item.typed for item in chain)))
            for item in chain:
                item.group = group
        unique = list(groups.values())[:MOST_TERMS]
        ignored = dict.fromkeys(item.words[0] for item in items if item not in kept and item not in asides)
        return Wanted(
            terms=tuple(unique),
            excluded=tuple(dict.fromkeys(self.excluded))[:MOST_TERMS],
            ignored=tuple(ignored),
            is_shortened=is_shortened or len(groups) > MOST_TERMS,
            filters=self.filters,
            typed=tuple(_typed(items, unique)),
            misread=tuple(dict.fromkeys(self.misread))[:MOST_NAMES],
            asides=tuple(dict.fromkeys(Term(item.words) for item in asides))[:MOST_TERMS],
        )


@dataclass(eq=False)
class _Item:
    """A word or phrase of a query on its way into a group."""

    words: tuple[str, ...]
    typed: str
    is_quoted: bool
    joins: bool = False
    is_either: bool = False
    others: list[Term] = field(default_factory=list)
    group: Group | None = None

    @property
    def is_plain(self) -> bool:
        return not self.is_quoted and len(self.words) == 1 and self.words[0] not in words.STOP_WORDS

    @property
    def is_kept(self) -> bool:
        return self.is_quoted or self.joins or self.words[0] not in words.STOP_WORDS or len(self.words) > 1

    @property
    def terms(self) -> list[Term]:
        """As typed, and what has a hyphen as the one word that others write."""
        if self.is_quoted:
            return [Term(self.words, is_quoted=True), *self.others]
        return [Term(self.words), *(Term((word,)) for word in words.closed(self.typed)), *self.others]


def _telling(kept: list[_Item], asked: list[_Item]) -> list[_Item]:
    """Of a question the words that say what it is about, if there are any."""
    is_question = len(asked) >= words.FEWEST_OF_A_QUESTION or asked[:1] and asked[0].words[0] in words.ASKING
    telling = [item for item in kept if not item.is_plain or item.is_either or item.words[0] not in words.FILLERS]
    return telling if is_question and telling else kept


def _joined(items: list[_Item]) -> list[_Item]:
    """Neighbours that would mean nothing apart made one item: "being" alone is ignored, "well being" is not."""
    made: list[_Item] = []
    for item in items:
        before = made[-1] if made else None
        one = words.together(before.words[0], item.words[0]) if before and item.words[0] in words.STOP_WORDS else ""
        if before and one and before.is_plain and not item.joins and not item.is_quoted:
            both = (*before.words, *item.words)
            made[-1] = _Item(both, f"{before.typed} {item.typed}", False, before.joins, others=[Term((one,))])
        else:
            made.append(item)
    return made


def _chains(items: list[_Item]) -> list[list[_Item]]:
    chains: list[list[_Item]] = []
    for item in items:
        if item.joins and chains:
            chains[-1].append(item)
        else:
            chains.append([item])
    return chains


def _pair(items: list[_Item]) -> None:
    """Two words may be one to others: known ones always are, and in a short query any ("drop ins" is "dropins" too)."""
    is_short = sum(item.is_kept for item in items) <= MOST_PAIRED
    for one, two in zip(items, items[1:], strict=False):
        if not one.is_plain or one.is_either or two.is_quoted or two.is_either or len(two.words) > 1:
            continue
        closed = words.together(one.words[0], two.words[0])
        if closed or is_short:
            both = Term((closed or one.words[0] + two.words[0],))
            one.others.append(both)
            two.others.append(both)


def _typed(items: list[_Item], groups: list[Group]) -> Iterable[Typed]:
    """The words as they were typed, one by one. A phrase in quotes means itself: it stands there as a mark."""
    places = {id(group): number for number, group in enumerate(groups)}
    for item in items:
        place = places.get(id(item.group)) if item.group else None
        if item.is_quoted:
            yield Typed('"', None)
        else:
            yield from (Typed(word, place) for word in words.typed(item.typed))


def _day(text: str) -> date | None:
    """The first day of a year, a month or a day."""
    match = _DATE.match(text)
    if not match:
        return None
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
