"""The words of a query on their way into groups: which belong together, which say nothing, which may be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from search import words
from search.wanted import Group, Term, Typed
from vocabulary.folding import otherwise
from vocabulary.spelling import one_spelling

MOST_TERMS = 40
# With more words than this a question is ranked by those that matter; whether two of them were one is lost in it.
MOST_PAIRED = 3
# An address of the web or of a person is no such thing.
_HELD_TOGETHER = re.compile(r"[^\W_]+(?:['/\u2010\u2011-][^\W_]+)+")
_HELD_BY = re.compile(r"[/\u2010\u2011-]")
FEWEST_APART = 2
# "One to one", "step by step", "hand in hand" are not said of one, a step or a hand.
_TWICE_AROUND = frozenset(("to", "by", "in", "on"))


@dataclass(eq=False)
class Item:
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
        """As typed, what has a hyphen as the one word that others write, and a number in words and in figures."""
        if self.is_quoted:
            return [Term(self.words, is_quoted=True), *self.others]
        closed = [Term((word,)) for word in words.closed(self.typed)]
        other = otherwise(self.words[0]) if len(self.words) == 1 else ""
        return [Term(self.words), *closed, *([Term((other,))] if other else ()), *self.others]


class Grouped(NamedTuple):
    """The groups of a query, and what became of its other words; `is_cut` where there were more than are asked for."""

    terms: tuple[Group, ...]
    ignored: tuple[str, ...]
    asides: tuple[Term, ...]
    typed: tuple[Typed, ...]
    is_cut: bool


def grouped(found: Iterable[Item]) -> Grouped:
    """Words that mean the same are one group, and one of several joined by OR will do."""
    items = _joined(list(_apart(found)))
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
    unique = tuple(groups.values())[:MOST_TERMS]
    ignored = dict.fromkeys(item.words[0] for item in items if item not in kept and item not in asides)
    return Grouped(
        terms=unique,
        ignored=tuple(ignored),
        asides=tuple(dict.fromkeys(Term(item.words) for item in asides))[:MOST_TERMS],
        typed=tuple(_typed(items, unique)),
        is_cut=len(groups) > MOST_TERMS,
    )


def _telling(kept: list[Item], asked: list[Item]) -> list[Item]:
    """Of a question the words that say what it is about, if there are any."""
    is_question = len(asked) >= words.FEWEST_OF_A_QUESTION or asked[:1] and asked[0].words[0] in words.ASKING
    telling = [item for item in kept if not item.is_plain or item.is_either or item.words[0] not in words.FILLERS]
    return telling if is_question and telling else kept


def _apart(items: Iterable[Item]) -> Iterator[Item]:
    """What hyphens or strokes hold together as its words, each of which will do as the one word that some write.

    It stays one thing beside an OR, where it is of figures alone, and where one word would be left: "drop-in", "0-19".
    """
    for item in items:
        telling = {word for word in item.words if word not in words.STOP_WORDS}
        is_held = not item.is_quoted and not item.is_either and _HELD_TOGETHER.fullmatch(item.typed)
        if not is_held or len(telling) < FEWEST_APART or all(map(str.isdecimal, telling)):
            yield item
            continue
        closed = [Term((word,)) for word in words.closed(item.typed)]
        for part in _HELD_BY.split(item.typed):
            yield from (Item((word,), part, False, others=list(closed)) for word in words.read(part))


def _joined(items: list[Item]) -> list[Item]:
    """What others write as one word made one item, and what would mean something else apart ("one to one")."""
    made: list[Item] = []
    for item in items:
        begun = [] if item.joins or item.is_quoted else _begun(made, item)
        if begun:
            every = [*begun, item]
            both = tuple(word for each in every for word in each.words)
            typed = " ".join(each.typed for each in every)
            made[-len(begun) :] = [
                Item(both, typed, False, begun[0].joins, others=[Term((one_spelling("".join(both)),))])
            ]
        else:
            made.append(item)
    return made


def _begun(made: list[Item], item: Item) -> list[Item]:
    """The last of the items, where this one ends what they begin: "well" of "well being", "one to" of "one to one"."""
    match [None, None, *made][-2:]:
        case [_, Item(is_plain=True) as before] if words.together(before.words[0], item.words[0]):
            return [before]
        case [Item(is_plain=True) as first, Item(words=(between,), joins=False, is_quoted=False) as second]:
            return [first, second] if between in _TWICE_AROUND and first.words == item.words else []
    return []


def _chains(items: list[Item]) -> list[list[Item]]:
    chains: list[list[Item]] = []
    for item in items:
        if item.joins and chains:
            chains[-1].append(item)
        else:
            chains.append([item])
    return chains


def _pair(items: list[Item]) -> None:
    """Any two words of a short query may be one to others: "food bank" is "foodbank" too."""
    if sum(item.is_kept for item in items) > MOST_PAIRED:
        return
    for one, two in zip(items, items[1:], strict=False):
        if not one.is_plain or one.is_either or two.is_quoted or two.is_either or len(two.words) > 1:
            continue
        both = Term((one.words[0] + two.words[0],))
        one.others.append(both)
        two.others.append(both)


def _typed(items: list[Item], groups: Iterable[Group]) -> Iterator[Typed]:
    """The words as they were typed, one by one. A phrase in quotes means itself: it stands there as a mark."""
    places = {id(group): number for number, group in enumerate(groups)}
    for item in items:
        place = places.get(id(item.group)) if item.group else None
        if item.is_quoted:
            yield Typed('"', None)
        else:
            yield from (Typed(word, place) for word in words.typed(item.typed))
