"""The one statement by which an embedded index finds, groups, counts and pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from search.query import HELPFUL, NEWEST, RELEVANCE, Limits, Query

# Of the cursors of both databases.
NAME = "embedded"
# Documents with all of the words stand before those with some: more than words can score.
ALL_FIRST = 1000
# Where some of the words will do, what scores less than this part of the best is no answer, beyond so many.
WORTH, AT_LEAST = 0.2, 100

# Small scores are good. Those of documents with all of the words are below -500, whatever the words.
_SCORED = f"""
scored AS MATERIALIZED (
    SELECT e.id, {{score}} AS score FROM {{tables}} WHERE {{conditions}}
), pure AS (
    SELECT CASE WHEN score < -{ALL_FIRST / 2} THEN score + {ALL_FIRST} ELSE score END AS score FROM scored
), worth AS MATERIALIZED (
    SELECT {WORTH} * MIN(score) AS least, (SELECT score FROM pure ORDER BY score LIMIT 1 OFFSET {AT_LEAST}) AS last
    FROM pure
), """
_KEPT = (
    f"e.id = w.id AND (w.score <= worth.least OR w.score <= COALESCE(worth.last, 1e9) OR w.score < -{ALL_FIRST / 2})"
)
# Where the order is not of words, a page stands before the parts of its files, which are as old as the page.
# `misses` counts the chosen facets that a document fails. A facet's counts leave out its own choice, so a document
# that fails one facet alone still counts there.
_SEARCH = """
WITH {scored}matched AS (
    SELECT e.id, e.key, e.group_key, e.tags, {rank} AS rank, {misses} AS misses, {missed} AS missed
    FROM {tables}
    WHERE {conditions}
), ranked AS (
    SELECT matched.*,
        ROW_NUMBER() OVER (PARTITION BY group_key ORDER BY rank, key <> group_key, id DESC) AS place,
        COUNT(*) OVER (PARTITION BY group_key) - 1 AS more
    FROM matched WHERE misses < 2
), best AS (
    SELECT * FROM ranked WHERE place = 1
){last}, page AS (
    SELECT key, group_key, more, ROW_NUMBER() OVER (ORDER BY rank, id DESC) AS place
    FROM best WHERE misses = 0{after} ORDER BY rank, id DESC LIMIT {size} OFFSET {offset}
)
SELECT 'match', key, group_key, place, more FROM page
UNION ALL SELECT 'total', '', '', COUNT(*), 0 FROM best WHERE misses = 0{counts}
"""
_COUNTS = """
UNION ALL SELECT 'count', tag.value, '', COUNT(*), 0 FROM best, {each_tag}
    WHERE misses = 0 OR substr(tag.value, 1, length(missed)) = missed
    GROUP BY tag.value
UNION ALL SELECT 'without', missed, '', COUNT(*), 0 FROM best WHERE misses = 1 GROUP BY missed"""
# Where the last result shown stands now: scores move a little whenever something is written. Where it has gone, those
# before it are counted off.
_LAST = ", last AS (SELECT rank, id FROM best WHERE key = %s)"
_AFTER = " AND ((rank, -id) > (SELECT rank, -id FROM last) OR NOT EXISTS (SELECT 1 FROM last))"
_OFFSET = "(SELECT CASE WHEN COUNT(*) = 0 THEN {before} ELSE 0 END FROM last)"

Condition = tuple[str, list[Any]]


class Parts(NamedTuple):
    """The statement's pieces that depend on the words. `table` is called w; a small score is good."""

    table: str
    conditions: list[str]
    parameters: list[Any]
    score: str
    score_parameters: list[Any]


class Dialect(NamedTuple):
    """How a database opens lists and counts time; small is first in every order."""

    each_tag: str
    newest_rank: str
    has_tag: Callable[[Sequence[str]], Condition]
    has_key: Callable[[Sequence[str]], Condition]


@dataclass
class _Where:
    """Conditions on a document, each with its parameters."""

    conditions: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def add(self, condition: str, parameters: Iterable[Any]) -> None:
        self.conditions.append(condition)
        self.parameters.extend(parameters)


@dataclass
class _Choices:
    """What was chosen of counted facets: the number that a document fails, and the one if it is one."""

    misses: list[str] = field(default_factory=lambda: ["0"])
    missed: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def add(self, facet: str, condition: str, parameters: Iterable[Any]) -> None:
        self.misses.append(f"CASE WHEN {condition} THEN 0 ELSE 1 END")
        self.missed.append(f"WHEN NOT ({condition}) THEN '{facet}:'")
        self.parameters.extend(parameters)


def statement(query: Query, containers: frozenset[str], parts: Parts, dialect: Dialect) -> tuple[str, list[Any]]:
    """What to execute, and its parameters in the order in which they stand in it."""
    where, choices = _where(query, containers, parts, dialect)
    last = query.position.after(NAME)
    tables = f"{parts.table} CROSS JOIN search_entry e" if parts.table else "search_entry e"
    conditions = " AND ".join(where.conditions)
    rank, rank_parameters = parts.score, parts.score_parameters
    scored, before = "", []
    if query.has_words and not query.needs_all:
        scored = _SCORED.format(score=parts.score, tables=tables, conditions=conditions)
        before = [*parts.score_parameters, *where.parameters]
        tables, conditions, rank = "worth CROSS JOIN scored w CROSS JOIN search_entry e", _KEPT, "w.score"
        rank_parameters, where = [], _Where()
    if query.limits.groups is not None:
        # Beside what is kept of all that has the words, and not before it.
        conditions += f" AND e.group_key IN ({marks(query.limits.groups)})"
        where.parameters += query.limits.groups
    if query.order != RELEVANCE:
        ranks = {NEWEST: dialect.newest_rank, HELPFUL: "CAST(-e.helpful AS double precision)"}
        rank, rank_parameters = ranks[query.order], []
    text = _SEARCH.format(
        scored=scored,
        rank=rank,
        misses=" + ".join(choices.misses),
        missed=f"CASE {' '.join(choices.missed)} END" if choices.missed else "''",
        tables=tables,
        conditions=conditions,
        last=_LAST if last else "",
        after=_AFTER if last else "",
        size=query.size,
        offset=_OFFSET.format(before=query.position.seen - 1) if last else query.position.seen,
        counts=_COUNTS.format(each_tag=dialect.each_tag) if query.counted else "",
    )
    # `misses` and `missed` ask the same conditions.
    chosen = [*choices.parameters, *choices.parameters]
    return text, [*before, *rank_parameters, *chosen, *where.parameters, *([last] if last else [])]


def _where(query: Query, containers: frozenset[str], parts: Parts, dialect: Dialect) -> tuple[_Where, _Choices]:
    where, choices = _Where(list(parts.conditions), list(parts.parameters)), _Choices()
    where.add(f"e.container IN ({marks(containers)})", sorted(containers))
    limits = query.limits
    if limits.keys is not None:
        where.add(*dialect.has_key(limits.keys))
    for either in limits.tags:
        where.add(*dialect.has_tag(either))
    if limits.without:
        condition, parameters = dialect.has_tag(limits.without)
        where.add(f"NOT ({condition})", parameters)
    if limits.after or limits.before:
        where.add(*_dated(limits, dialect))
    for facet, values in query.chosen.items():
        condition, parameters = dialect.has_tag([f"{facet}:{value}" for value in values])
        if facet in query.counted:
            choices.add(facet, condition, parameters)
        else:
            where.add(condition, parameters)
    return where, choices


def _dated(limits: Limits, dialect: Dialect) -> Condition:
    """Between two days; a resource by its year."""
    ends = [(sign, moment) for sign, moment in ((">=", limits.after), ("<", limits.before)) if moment]
    days = " AND ".join(f"e.date {sign} %s" for sign, _moment in ends)
    condition, years = dialect.has_tag(limits.years) if limits.years else ("1 = 0", [])
    moments = [connection.ops.adapt_datetimefield_value(moment) for _sign, moment in ends]
    return f"(CASE WHEN e.kind = 'resource' THEN {condition} ELSE {days} END)", [*years, *moments]


def marks(values: Iterable[object]) -> str:
    """For what stands after IN. PostgreSQL knows no empty list, and nothing is in NULL."""
    return ", ".join("%s" for _ in values) or "NULL"


def as_json(values: Sequence[str]) -> str:
    return json.dumps(list(values))
