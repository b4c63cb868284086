"""What the text of a query asks for. Any text is a query; none is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from search import words

LONGEST_TEXT = 300
MOST_TERMS = 20

# A quoted phrase, or a run without spaces or quotes; either may have a minus before it.
_TOKEN = re.compile(r'(?<!\S)(-)?"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True)
class Term:
    """Words that stand side by side, in this order; mostly one. What was added counts less than what was typed."""

    words: tuple[str, ...]
    is_quoted: bool = False
    weight: float = 1.0

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Group:
    """Terms of which any one will do; mostly one. What was typed comes first."""

    alternatives: tuple[Term, ...]

    @property
    def text(self) -> str:
        return self.alternatives[0].text


@dataclass(frozen=True)
class Filters:
    """What the operators in a query's text narrow it to, as typed: names are looked up when it is asked."""

    within: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None


@dataclass(frozen=True)
class Addition:
    """Another name for what was typed: `term` will do for the groups from `start` on, `length` of them."""

    typed: str
    label: str
    term: Term
    start: int
    length: int = 1

    @property
    def key(self) -> str:
        """What takes it out again, in `without=`."""
        return "-".join(self.term.words)

    @property
    def weight(self) -> float:
        return self.term.weight


@dataclass(frozen=True)
class Wanted:
    """A query's text, understood. A document has one of each group, and none of what is excluded."""

    terms: tuple[Group, ...] = ()
    excluded: tuple[Term, ...] = ()
    ignored: tuple[str, ...] = ()
    is_shortened: bool = False
    filters: Filters = field(default_factory=Filters)

    def with_additions(self, additions: tuple[Addition, ...]) -> tuple[Group, ...]:
        """The groups with what was added. What replaces several words will do for each of them."""
        groups = list(self.terms)
        for addition in additions:
            for number in range(addition.start, addition.start + addition.length):
                groups[number] = replace(groups[number], alternatives=(*groups[number].alternatives, addition.term))
        return tuple(groups)


def parse(text: str) -> Wanted:
    """Quotes make phrases and a leading minus excludes; everything else is plain words."""
    shortened = len(text) > LONGEST_TEXT
    terms: list[Term] = []
    excluded: list[Term] = []
    for minus, phrase, run in _TOKEN.findall(words.clean(text[:LONGEST_TEXT])):
        is_excluded = bool(minus) or (run.startswith("-") and run[1:2].isalnum())
        term = _term(phrase or run, is_quoted=bool(phrase))
        if term:
            (excluded if is_excluded else terms).append(term)
    if not terms:
        # Nothing but exclusions: somebody pasted a list with dashes.
        terms, excluded = excluded, []
    kept = [term for term in terms if term.is_quoted or term.text not in words.STOP_WORDS]
    ignored = tuple(dict.fromkeys(term.text for term in terms if term not in kept)) if kept else ()
    unique = tuple(dict.fromkeys(kept or terms))
    return Wanted(
        terms=tuple(Group((term,)) for term in unique[:MOST_TERMS]),
        excluded=tuple(dict.fromkeys(excluded))[:MOST_TERMS],
        ignored=ignored,
        is_shortened=shortened or len(unique) > MOST_TERMS,
    )


def _term(text: str, *, is_quoted: bool) -> Term | None:
    found = words.WORD.findall(words.fold(text))
    # "children's" is one word to its writer; the s alone would match nearly everything.
    if len(found) > 1 and found[-1] == "s" and text.rstrip("\"'.,;:!?)").endswith(("'s", "'S")):
        found.pop()
    return Term(tuple(found[:MOST_TERMS]), is_quoted) if found else None
