"""Which words of a query stand for one thing, however many others were added for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search.query import Query
from search.wanted import Group, Term, Typed
from search.words import STOP_WORDS, read

# In so short a question a document scores by the share of the words that it has, squared; a long one says much twice.
MOST_SHARED = 3
# Of a name of several words one that stands without the others.
APART = 0.5
# What says how something is asked, and not what.
ASIDE = 0.4
# A document that calls a thing by several of its names is a little more about it: this part of what the others score.
OTHERS = 0.25


class Part(NamedTuple):
    """A document scores with what was typed or with the best of what was added for it, and a little with the rest."""

    groups: tuple[int, ...]
    typed: tuple[Term, ...]
    added: tuple[Term, ...]
    weight: float

    @property
    def is_name(self) -> bool:
        """Several words that were typed as the name of one thing."""
        return bool(self.added) and len(self.groups) > 1


def is_shared(query: Query) -> bool:
    """Where some of the words will do: whether a document scores by the share of them that it has."""
    return not query.needs_all and 1 < len(query.groups) <= MOST_SHARED


def parts(groups: Sequence[Group]) -> list[Part]:
    """Groups that share an addition are one part; all without any are one as well, as their words are summed."""
    plain: list[int] = []
    shared: list[tuple[list[int], dict[Term, None]]] = []
    for number, group in enumerate(groups):
        added = dict.fromkeys(term for term in group.alternatives if term.weight < 1)
        if not added:
            plain.append(number)
        elif shared and not added.keys().isdisjoint(shared[-1][1]):
            shared[-1][0].append(number)
            shared[-1][1].update(added)
        else:
            shared.append(([number], added))
    every = [(plain, dict[Term, None]()), *shared] if plain else shared
    return [_part(groups, numbers, added) for numbers, added in every]


def _part(groups: Sequence[Group], numbers: Sequence[int], added: Iterable[Term]) -> Part:
    typed = tuple(_typed(groups, numbers))
    return Part(tuple(numbers), typed, tuple(added), min(groups[number].weight for number in numbers))


def _typed(groups: Sequence[Group], numbers: Sequence[int]) -> Iterator[Term]:
    """Each word once. What has a hyphen is found side by side, and scores by its words."""
    seen: set[Term] = set()
    for number in numbers:
        for term in groups[number].alternatives:
            for one in apart(term) if term.weight == 1 else ():
                if one not in seen:
                    seen.add(one)
                    yield one


def apart(term: Term) -> list[Term]:
    """The words one by one, in which a phrase or a name scores.

    How rare a phrase is would tell of texts that its reader may not see what stands in them side by side.
    """
    telling = [word for word in term.words if word not in STOP_WORDS] or term.words
    return [Term((word,)) for word in telling]


def pairs(typed: Sequence[Typed]) -> list[Term]:
    """Neighbours as they were typed, with the small words between them, where both are looked for."""
    found = []
    last: list[str] = []
    between: list[str] = []
    for one in typed:
        words = read(one.text)
        if one.group is not None:
            found += [Term((*last, *between, *words))] if last else []
            last, between = words, []
        elif words:
            between += words
        else:
            # What is in quotes stands here.
            last, between = [], []
    return list(dict.fromkeys(found))
