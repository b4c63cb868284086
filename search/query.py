"""What is asked: one Query in, whatever the engine; what an engine answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from search import words
from search.cursors import MOST_SEEN, Cursor
from search.parsing import LONGEST_TEXT, parse
from search.wanted import Addition, Group, Term, Wanted

MOST_CHOICES = 20
PAGE_SIZE = 20
RELEVANCE, NEWEST, HELPFUL = SORTS = ("relevance", "newest", "helpful")
# A document's tags are facet:value. Engines treat all facets alike.
FACETS = ("kind", "type", "topic", "sector", "place", "strength", "cost", "impact", "outcome", "year", "is")

# No resource is older.
FIRST_YEAR = 1800

_SLUG = re.compile(r"[a-z0-9_-]{1,140}\Z")


@dataclass(frozen=True)
class Limits:
    """What operators narrow a query to, names looked up: only documents with these keys, one of each of `tags`, none of
    `without`. A resource is as old as its year of publication.

    `groups` no operator asks for: of what is found those are told alone, so no other limit looks at fewer for them.
    """

    keys: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    after: datetime | None = None
    before: datetime | None = None
    tags: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[str, ...]:
        """Tags of the years in which a resource may have come out: of most of them no day is known."""
        if not (self.after or self.before):
            return ()
        first = self.after.year if self.after else FIRST_YEAR
        last = timezone.now().year + 1
        if self.before:
            # On the first of January no day of the year is meant.
            last = min(last, self.before.year - (self.before.month == self.before.day == 1))
        return tuple(f"year:{year}" for year in range(max(first, FIRST_YEAR), last + 1))


@dataclass(frozen=True)
class Query:
    """Everything that decides what is found, but not who asks.

    `fixed` facets are the page's own choice, not the reader's; `taken_out` are keys of additions that the reader does
    not want. `additions`, `limits` and `plain` (operators that named nothing) are filled in when it is asked,
    as are `named`, which of the words the vocabulary has a name for, and `telling`, the weights of those that it also
    calls something commoner.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = RELEVANCE
    cursor: str = ""
    taken_out: tuple[str, ...] = ()
    exact: bool = False
    counted: tuple[str, ...] = ("kind", "topic", "sector", "place")
    fixed: tuple[str, ...] = ()
    needs_all: bool = True
    additions: tuple[Addition, ...] = ()
    limits: Limits = Limits()
    size: int = PAGE_SIZE
    plain: frozenset[str] = frozenset()
    named: frozenset[int] = frozenset()
    telling: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def read(
        cls, parameters: QueryDict, *, chosen: Mapping[str, tuple[str, ...]] | None = None, **more: object
    ) -> Query:
        """The query that an address asks for, `chosen` besides. What cannot be understood is left out."""
        fixed = dict(chosen or {})
        read = {facet: _slugs(parameters.getlist(facet)) for facet in FACETS if facet in parameters}
        sort = parameters.get("sort", "")
        text = _line(parameters, "q")
        query = cls(
            text=text,
            chosen={facet: values for facet, values in {**read, **fixed}.items() if values},
            sort=sort if sort in SORTS else RELEVANCE,
            cursor=parameters.get("cursor", "") or "",
            taken_out=_slugs(parameters.getlist("without")),
            # A form names the words that it is for, as somebody may type others there.
            exact="exact" in parameters and _line(parameters, "exact") in ("1", text),
            fixed=tuple(fixed),
        )
        return replace(query, **more)  # type: ignore[arg-type]

    @cached_property
    def wanted(self) -> Wanted:
        return parse(self.text, self.plain)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """What is wanted, with what was added; with all that is near to it where some of the words will do."""
        added = (each for each in self.additions if not (self.needs_all and each.term.is_near))
        return self.wanted.with_additions(added, self.telling)

    @property
    def is_looser_without_all(self) -> bool:
        """Whether some of the words, or something near, find more than all of them."""
        return len(self.wanted.terms) > 1 or any(each.term.is_near for each in self.additions)

    @cached_property
    def position(self) -> Cursor:
        """Where the page before ended."""
        return Cursor.decode(self.cursor)

    @property
    def has_words(self) -> bool:
        return bool(self.wanted.terms)

    @property
    def is_of_wholes(self) -> bool:
        """Whether there is nothing but words to leave out: no reply that lacks them brings its thread, nor a page of a
        file its resource.
        """
        return bool(self.wanted.excluded) and not self.has_words and self.limits.keys is None

    @property
    def is_empty(self) -> bool:
        """Nothing was asked at all."""
        return not (self.has_words or self.chosen or self.wanted.filters or self.wanted.excluded)

    @property
    def order(self) -> str:
        """Without words nothing is more relevant than anything else."""
        return NEWEST if self.sort == RELEVANCE and not self.has_words else self.sort

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What the reader chose."""
        return {facet: values for facet, values in self.chosen.items() if facet not in self.fixed}

    @property
    def chosen_tags(self) -> list[str]:
        """What stands in the address, the page's own choice too."""
        return [f"{facet}:{value}" for facet, values in self.chosen.items() for value in values]

    def without_choices(self) -> Query:
        """The same words, and the page's own choice alone; nothing counted."""
        fixed = {facet: values for facet, values in self.chosen.items() if facet in self.fixed}
        return replace(self, chosen=fixed, counted=(), cursor="")

    def with_choice(self, facet: str, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """What is chosen with other values for one facet, for `address(chosen=…)`."""
        return {**self.chosen, facet: tuple(values)}

    def address(self, **changes: object) -> str:
        """The query string that asks this again from its first page, with changes."""
        query = replace(self, **{"cursor": "", **changes})  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = [("q", query.text)] if query.text else []
        pairs += [
            (facet, value) for facet in FACETS if facet not in self.fixed for value in query.chosen.get(facet, ())
        ]
        pairs += [("without", key) for key in query.taken_out]
        if query.sort != RELEVANCE:
            pairs.append(("sort", query.sort))
        if query.exact:
            pairs.append(("exact", "1"))
        if query.cursor:
            pairs.append(("cursor", query.cursor))
        return f"?{urlencode(pairs)}"


def _line(parameters: QueryDict, name: str) -> str:
    return words.clean((parameters.get(name, "") or "")[: LONGEST_TEXT + 1])


def _slugs(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if _SLUG.match(value)))[:MOST_CHOICES]


@dataclass(frozen=True)
class Match:
    """One document that an engine found, the best of its group; `more` of the same group match too."""

    key: str
    group: str
    more: int = 0


@dataclass(frozen=True)
class Found:
    """An engine's answer: keys and counts, no text. `next_cursor` is empty on the last page.

    `without` says how many more there would be without what was chosen of a counted facet; None where the engine does
    not say.
    """

    matches: list[Match]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    next_cursor: str = ""
    without: Mapping[str, int] | None = None


__all__ = ["FACETS", "HELPFUL", "LONGEST_TEXT", "MOST_SEEN", "NEWEST", "PAGE_SIZE", "RELEVANCE", "SORTS",
           "Addition", "Found", "Group", "Limits", "Match", "Query", "Term", "Wanted", "parse"]  # fmt: skip
