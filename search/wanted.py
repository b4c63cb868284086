"""What the text of a query asks for, once it is understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from search import inflections


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
