"""What the text of a query asks for. Any text is a query; none is an error."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from search import words
from search.items import MOST_TERMS, Item, grouped
from search.wanted import Filters, Term, Wanted

LONGEST_TEXT = 600
# Each name is looked up by itself.
MOST_NAMES = 5
OR = "OR"
STATES = ("answered", "unanswered", "open")
# What a minus may stand before.
BARRING = ("in", "topic", "is")
_NAMES = {"in": "within", "by": "by", "topic": "topics"}

# An operator, a quoted phrase or a run without spaces or quotes; a minus before any of them. A quotation mark that none
# closes is not there. In capitals too, but not in letters of other alphabets that are theirs in small ("\u0130s:").
_OPERATOR = r"(?ai:in|by|topic|before|after|is)"
# "topic: sleep" has a space that its writer's phone put there.
_SPACE = rf'(?: (?=["\w])(?!OR(?!\S)|{_OPERATOR}:))?'
_TOKEN = re.compile(rf'(?<!\S)(-)?(?:({_OPERATOR}):{_SPACE})?(?:"([^"]*)"|([^\s"]+))|([^\s"]+)')
# What looks like an operator that other sites have, but for addresses and times of day.
_LIKE_OPERATOR = re.compile(r"([a-z]{2,12}):(?!//)\S", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z", re.ASCII)
# A name without quotation marks, with a word after it that may be the rest of the name.
_NAME_OF_TWO = re.compile(r'(?<!\S)((?ai:by):) ?([^\s"]+) (\w[^\s":]*)(?!\S)')

# What phones and word processors make of a quotation mark.
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'))


def _line(text: str) -> str:
    return words.clean(text[:LONGEST_TEXT]).translate(_QUOTES)


def parse(text: str, plain: frozenset[str] = frozenset()) -> Wanted:
    """Quotes make phrases, a leading minus excludes, OR joins, operators filter; everything else is plain words.

    `plain` are operators that turned out to name nothing, as "name:value" in small letters: they are words too.
    """
    reader = _Reader(plain)
    for token in _TOKEN.findall(_line(text)):
        reader.take(*token)
    return reader.wanted(is_shortened=len(text) > LONGEST_TEXT)


def bare(text: str) -> str:
    """The words of a query alone: no quotes, no OR, nothing that filters or excludes."""
    kept = (
        phrase or run or rest
        for minus, name, phrase, run, rest in _TOKEN.findall(_line(text))
        if not minus and not name and run != OR
    )
    return " ".join(value for value in kept if words.read(value))


def with_longer_name(text: str) -> tuple[str, str] | None:
    """`by:Anna Smith` as `by:"Anna Smith"`, and the name; None where no word follows a name without quotes."""
    line = _line(text)
    match = _NAME_OF_TWO.search(line)
    if match is None or match[3] == OR:
        return None
    name = f"{match[2]} {match[3]}"
    return f'{line[: match.start()]}{match[1]}"{name}"{line[match.end() :]}', name


def without_each_filter(text: str, plain: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Each operator of a query that filters, as it was typed, and the query without it."""
    line = _line(text)
    return [(line[start:end], words.clean(line[:start] + line[end:])) for start, end in _filters_in(line, plain)]


def unfiltered(text: str, plain: frozenset[str] = frozenset()) -> str:
    """A query without its operators that filter."""
    line = _line(text)
    for start, end in reversed(_filters_in(line, plain)):
        line = line[:start] + line[end:]
    return words.clean(line)


def _filters_in(line: str, plain: frozenset[str]) -> list[tuple[int, int]]:
    found = []
    for token in _TOKEN.finditer(line):
        reader = _Reader(plain)
        reader.take(*(part or "" for part in token.groups()))
        if reader.filters:
            found.append(token.span())
    return found


class _Reader:
    """Reads a query token by token."""

    def __init__(self, plain: frozenset[str]) -> None:
        self.plain = plain
        self.found: list[Item] = []
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
                self._add(Item((word,), word, False))
        else:
            self._add(Item(tuple(every[:MOST_TERMS]), value, is_quoted))

    def _add(self, item: Item) -> None:
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
        terms, ignored, asides, typed, is_cut = grouped(self.found)
        return Wanted(
            terms=terms,
            excluded=tuple(dict.fromkeys(self.excluded))[:MOST_TERMS],
            ignored=ignored,
            is_shortened=is_shortened or is_cut,
            filters=self.filters,
            typed=typed,
            asides=asides,
            misread=tuple(dict.fromkeys(self.misread))[:MOST_NAMES],
        )


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
