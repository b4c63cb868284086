"""SQLite's full-text search, FTS5, ranked by bm25 with a weight for each field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.db import connection

from search.documents import WEIGHTS
from search.engines import weighing
from search.engines.embedded import EmbeddedEngine, Texts
from search.engines.statement import ALL_FIRST, Parts, as_json, marks
from search.query import Query, Term
from search.words import read

_SCORE = f"bm25(search_index, {', '.join(map(str, WEIGHTS.values()))})"
# Only what is found is scored. The plus keeps SQLite from looking each of these up in the index by itself.
_SEARCH = (
    f"SELECT rowid, {{part}} AS part, {{weight}} * {_SCORE} AS score "
    "FROM search_index WHERE search_index MATCH %s AND +rowid IN asked"
)
# A phrase scores by its words, where it stands.
_WITHIN = " AND +rowid IN (SELECT rowid FROM search_index WHERE search_index MATCH %s)"
_SCORED = """(
    WITH asked AS MATERIALIZED (SELECT rowid FROM search_index WHERE search_index MATCH %s),
    each AS MATERIALIZED ({each})
    SELECT rowid, SUM(score) AS score FROM (SELECT rowid, {best} AS score FROM each GROUP BY rowid, part)
    GROUP BY rowid
) w"""
# Parts that are none of the query's: what says how something is asked, and below it the pairs of neighbours.
_ASIDES = -1
# Words that stand side by side as they were typed count for a little more: measured, more than this harms.
_PAIRS = 0.11
# Small scores are good.
_BEST = f"{1 - weighing.OTHERS} * MIN(score) + {weighing.OTHERS} * SUM(score)"
_IN = "w.rowid IN (SELECT rowid FROM search_index WHERE search_index MATCH %s)"


class SQLiteEngine(EmbeddedEngine):
    each_tag = "json_each(best.tags) AS tag"
    newest_rank = "-COALESCE((julianday(e.date) - 2440587.5) * 86400.0, -1e12)"

    listed = (
        "(SELECT json_extract(value, '$[0]') AS rowid, json_extract(value, '$[1]') AS score FROM json_each(%s)) AS w"
    )

    def match(self, query: Query) -> Parts:
        """bm25() cannot weigh one word less than another, so what weighs less is scored by a search of its own."""
        asked = _expression(query, needs_all=query.needs_all)
        searches = _searches(query)
        if len(searches) == 1 and not _has_phrase(query):
            parts = Parts("search_index w", ["w.search_index MATCH %s"], [asked], _SCORE, [])
        else:
            each = " UNION ALL ".join(map(_statement, searches))
            parameters = [asked, *(text for search in searches for text in (search.asked, search.within) if text)]
            parts = Parts(_SCORED.format(best=_BEST, each=each), [], parameters, "w.score", [])
        if query.needs_all or not query.is_looser_without_all:
            return parts
        share, shared = _share(query) if weighing.is_shared(query) else ("1", [])
        score = f"{parts.score} * {share} - CASE WHEN {_IN} THEN {ALL_FIRST} ELSE 0 END"
        whole = _expression(replace(query, needs_all=True), needs_all=True)
        return parts._replace(score=score, score_parameters=[*shared, whole])

    having = "FROM search_index w CROSS JOIN search_entry e WHERE e.id = w.rowid AND w.search_index MATCH %s"

    def one_word(self, word: str) -> str:
        return _any([Term(tuple(read(word)))])

    def begins(self, words: Sequence[str]) -> tuple[str, list[Any]] | None:
        if not words:
            return None
        whole = [f'"{word}"' for word in words[:-1]]
        asked = f"{{title}} : ({' AND '.join([*whole, _beginning(words[-1])])})"
        tables = "search_index w CROSS JOIN search_entry e CROSS JOIN search_words t"
        conditions = "e.id = w.rowid AND t.rowid = w.rowid AND w.search_index MATCH %s"
        return f"SELECT e.key, e.group_key FROM {tables} WHERE {conditions}", [asked]

    def has_key(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        return "e.key IN (SELECT value FROM json_each(%s))", [as_json(values)]

    def has_tag(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        return f"EXISTS (SELECT 1 FROM json_each(e.tags) AS one WHERE one.value IN ({marks(values)}))", list(values)

    def lacks(self, terms: Sequence[Term]) -> tuple[str, list[Any]]:
        return f"NOT {_IN}", [_any(terms)]

    def put_words(self, rows: list[tuple[int, Texts, Texts]]) -> None:
        columns = ("rowid", *WEIGHTS)
        replace = f"INSERT OR REPLACE INTO {{}} ({', '.join(columns)}) VALUES ({marks(columns)})"
        with connection.cursor() as cursor:
            shown: list[tuple[int | str, ...]] = [(number, *texts.values()) for number, texts, _ in rows]
            cursor.executemany(replace.format("search_words"), shown)
            searched: list[tuple[int | str, ...]] = [(number, *indexed.values()) for number, _, indexed in rows]
            cursor.executemany(replace.format("search_index"), searched)

    def delete_words(self, numbers: list[int]) -> None:
        super().delete_words(numbers)
        if numbers:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM search_index WHERE rowid IN ({marks(numbers)})", numbers)


def _expression(query: Query, *, needs_all: bool) -> str:
    """An FTS5 query in which every word stands in quotes, so that none of its syntax can be typed."""
    groups = (f"({_any(group.alternatives)})" for group in query.groups)
    found = (" AND " if needs_all else " OR ").join(groups)
    if query.wanted.excluded:
        found = f"({found}) NOT ({_any(query.wanted.excluded)})"
    return found


def _share(query: Query) -> tuple[str, list[str]]:
    """How much of the query a document has."""
    asked = [_any(group.alternatives) for group in query.groups]
    present = " + ".join(f"({_IN})" for _ in asked)
    return f"POWER(({present}) / {len(asked)}.0, 2)", asked


class _Search(NamedTuple):
    """What is scored apart: the part of the query that it belongs to, its weight, and what is searched within what."""

    part: int
    weight: float
    asked: str
    within: str = ""


def _statement(search: _Search) -> str:
    return _SEARCH.format(part=search.part, weight=search.weight) + (_WITHIN if search.within else "")


def _has_phrase(query: Query) -> bool:
    return any(len(term.words) > 1 for group in query.groups for term in group.alternatives)


def _searches(query: Query) -> list[_Search]:
    found = []
    for number, part in enumerate(weighing.parts(query.groups)):
        found.append(_Search(number, part.weight * (weighing.APART if part.is_name else 1), _any(part.typed)))
        if part.is_name:
            every = (_words_of(query.wanted.terms[place].alternatives) for place in part.groups)
            found.append(_Search(number, part.weight, " AND ".join(f"({_any(words)})" for words in every)))
        found += [_Search(number, *_added(term)) for term in part.added]
    if query.wanted.asides:
        found.append(_Search(_ASIDES, weighing.ASIDE, _any(query.wanted.asides)))
    return found + [
        _Search(_ASIDES - place, _PAIRS, " AND ".join(map(_quoted, weighing.apart(pair))), _quoted(pair))
        for place, pair in enumerate(weighing.pairs(query.wanted.typed), start=1)
    ]


def _words_of(terms: Iterable[Term]) -> list[Term]:
    return [word for term in terms for word in weighing.apart(term)]


def _added(term: Term) -> tuple[float, str]:
    """Of a name of several words each scores, wherever it stands, and all of them as much as one."""
    each = weighing.apart(term)
    return term.weight / len(each), _any(each)


def _any(terms: Iterable[Term]) -> str:
    return " OR ".join(map(_quoted, terms))


def _quoted(term: Term) -> str:
    return '"' + term.in_any_form.replace('"', '""') + '"'


def _beginning(word: str) -> str:
    """A word or the beginning of one: what is indexed are stems, and what is nearly typed out is longer than they."""
    return f'("{word}" OR "{word}" *)'
