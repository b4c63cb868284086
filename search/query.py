"""What is asked: one Query in, whatever the engine. Any text is a query; none is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict

from search import words

LONGEST_TEXT = 300
MOST_TERMS = 20
MOST_CHOICES = 20
MOST_PAGES = 50
PAGE_SIZE = 20
RELEVANCE, NEWEST = "relevance", "newest"
KINDS = ("discussion", "resource", "webinar", "person")
FACETS = ("kind", "type", "topic", "sector", "place")

# A quoted phrase, or a run without spaces or quotes; either may have a minus before it.
_TOKEN = re.compile(r'(?<!\S)(-)?"([^"]*)"?|([^\s"]+)')
_SLUG = re.compile(r"[a-z0-9_-]{1,140}\Z")


@dataclass(frozen=True)
class Term:
    """Words that stand side by side, in this order; mostly one."""

    words: tuple[str, ...]
    is_quoted: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Wanted:
    """A query's text, understood."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    ignored: tuple[str, ...] = ()
    is_shortened: bool = False


@dataclass(frozen=True)
class Query:
    """Everything that decides what is found, but not who asks."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sort: str = RELEVANCE
    page: int = 1
    counted: tuple[str, ...] = ("kind", "topic", "sector", "place")
    needs_all: bool = True

    @classmethod
    def read(cls, parameters: QueryDict, **fixed: object) -> Query:
        """The query that an address asks for. What cannot be understood is left out."""
        text = parameters.get("q", "") or ""
        counted: Iterable[str] = fixed.get("counted", cls.counted)  # type: ignore[assignment]
        query = cls(
            text=words.clean(text[: LONGEST_TEXT + 1]),
            **{f"{facet}s": _slugs(parameters.getlist(facet)) for facet in counted},  # type: ignore[arg-type]
            sort=NEWEST if parameters.get("sort", "") == NEWEST else RELEVANCE,
            page=_page(parameters.get("page", "1") or "1"),
        )
        return replace(query, **fixed)  # type: ignore[arg-type]

    @cached_property
    def wanted(self) -> Wanted:
        return parse(self.text)

    @property
    def has_words(self) -> bool:
        return bool(self.wanted.terms)

    @property
    def order(self) -> str:
        """Without words nothing is more relevant than anything else."""
        return self.sort if self.has_words else NEWEST

    @cached_property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What was chosen of each facet, facets without a choice left out."""
        chosen = zip(FACETS, (self.kinds, self.types, self.topics, self.sectors, self.places), strict=True)
        return {facet: values for facet, values in chosen if values}

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def address(self, **changes: object) -> str:
        """The query string that asks this again, with changes."""
        query = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs: list[tuple[str, object]] = [("q", query.text)] if query.text else []
        pairs += [
            (facet, value) for facet, values in query.choices.items() if facet in self.counted for value in values
        ]
        if query.sort != RELEVANCE:
            pairs.append(("sort", query.sort))
        if query.page > 1:
            pairs.append(("page", query.page))
        return f"?{urlencode(pairs)}"


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
        terms=unique[:MOST_TERMS],
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


def _slugs(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if _SLUG.match(value)))[:MOST_CHOICES]


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return min(max(number, 1), MOST_PAGES)


@dataclass(frozen=True)
class Match:
    """One document that an engine found, the best of its group."""

    key: str
    group: str


@dataclass(frozen=True)
class Found:
    """An engine's answer: keys and counts, no text."""

    matches: list[Match]
    total: int
    counts: Mapping[str, Mapping[str, int]]
