"""BM25 in PostgreSQL: ts_rank() knows nothing of how rare a word is, so what it says is put together anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from search.documents import WEIGHTS
from search.engines.statement import ALL_FIRST, Parts
from search.engines.weighing import APART, ASIDE, OTHERS, apart, is_shared, parts
from search.query import Query, Term

# PostgreSQL knows four weights; summary and keywords share one.
LABELS = {"title": "A", "keywords": "B", "summary": "B", "body": "C", "context": "D"}
# English stems, as PostgreSQL's own configuration has them, and no word left out: migration 0011 makes it.
CONFIGURATION = "search_english"
# PostgreSQL builds the query itself from plain words, so that none of its operators can be typed.
ASKED = f"phraseto_tsquery('{CONFIGURATION}', %s)"
K, B = 1.2, 0.75
# So many documents are scored in full, the rest by which words they have; a common word is counted so far.
DEEP, MOST_COUNTED = 1000, 5000
# What was not scored in full stands after what was.
AFTER = 100

# Where one field's places weigh 1 and all others 0, ts_rank() of n places is (1 + 1/4 + … + 1/n²) / (π²/6).
_PLACES = "{weight} * (1 / GREATEST(0.002, 1.644934 * (1 - ts_rank('{only}', l.vector, t.asked))) - 0.608)"
_ONLY = {"A": "{0,0,0,1}", "B": "{0,0,1,0}", "C": "{0,1,0,0}", "D": "{1,0,0,0}"}
_FREQUENCY = " + ".join(
    _PLACES.format(weight=max(WEIGHTS[name] for name in WEIGHTS if LABELS[name] == label), only=only)
    for label, only in _ONLY.items()
)
# How often a phrase stands in a text is not to be had, but mostly it is said again. A title's weighs as a title does.
TWICE = 2
_PHRASE = " ".join(
    f"WHEN ts_filter(l.vector, '{{{label}}}') @@ t.asked THEN "
    f"{max(WEIGHTS[name] for name in WEIGHTS if LABELS[name] == label)}"
    for label in "AB"
)
_ROUGH = (
    f"{{{{{', '.join(str(WEIGHTS[name] / WEIGHTS['title']) for name in ('context', 'body', 'summary', 'title'))}}}}}"
)

_ALL = f"""
found AS MATERIALIZED (
    SELECT rowid, ts_rank('{_ROUGH}', vector, {{asked}}, 1) AS bound, 1 AS share, TRUE AS is_whole
    FROM search_words WHERE vector @@ {{asked}}
), counted AS MATERIALIZED (
    SELECT n, ({{counted}}) AS documents FROM term
), rare AS MATERIALIZED (SELECT term.*, {{idf}} AS idf FROM term JOIN counted USING (n))"""
# `counted` is kept, or PostgreSQL would count once for each place at which the rarity names it. To count a common word
# its whole list is read, however few are asked for: where one word is all, what was found is the number. A phrase is as
# rare as the rarest of its words: how rare it is itself would tell what texts that its reader may not see say.
_EACH = f"""SELECT MIN(documents) FROM unnest(telling) AS one(word) CROSS JOIN LATERAL (
        SELECT COUNT(*) AS documents FROM (SELECT 1 FROM search_words WHERE vector @@ word LIMIT {MOST_COUNTED}) AS few
    ) AS counts"""
_ALONE = f"SELECT LEAST(COUNT(*), {MOST_COUNTED}) FROM found"
_SOME = f"""
hit AS MATERIALIZED (
    SELECT n, word, rowid FROM term
    CROSS JOIN LATERAL (SELECT rowid FROM search_words WHERE vector @@ asked) AS one
), counted AS (
    SELECT n, CASE WHEN numnode(asked) > 1 THEN ({_EACH}) ELSE documents END AS documents
    FROM term JOIN (SELECT n, COUNT(*) AS documents FROM hit GROUP BY n) AS hits USING (n)
), rare AS MATERIALIZED (
    SELECT term.*, {{idf}} AS idf FROM term JOIN counted USING (n)
), found AS MATERIALIZED (
    SELECT rowid, SUM(idf * weight) AS bound, {{share}} AS share,
        COUNT(DISTINCT hit.word) FILTER (WHERE hit.word >= 0 AND NOT is_near)
        = (SELECT COUNT(DISTINCT word) FROM term WHERE word >= 0 AND numnode(asked) > 0) AS is_whole
    FROM hit JOIN rare USING (n) GROUP BY rowid HAVING MAX(hit.word) >= 0
)"""
# How many of the query's words a document has.
_PRESENT = "COUNT(DISTINCT hit.word) FILTER (WHERE hit.word >= 0)"
_IDF = (
    "ln(1 + (GREATEST(documents, (SELECT reltuples FROM pg_class WHERE oid = 'search_words'::regclass)) "
    "- documents + 0.5) / (documents + 0.5))"
)
_TABLE = f"""(
WITH term(n, word, part, needed, asked, telling, weight, is_typed, is_near) AS MATERIALIZED (VALUES {{terms}}),
{{found}}, long AS MATERIALIZED (
    SELECT rowid, vector || '' AS vector, length(vector) AS size, AVG(length(vector)) OVER () AS usual
    FROM (SELECT rowid FROM found ORDER BY bound DESC LIMIT {DEEP}) AS best JOIN search_words USING (rowid)
), each AS (
    SELECT l.rowid, t.word, t.part, t.needed, t.is_typed, t.idf * t.weight AS worth,
        {K} * ({1 - B} + {B} * l.size / GREATEST(l.usual, 1)) AS k,
        CASE WHEN numnode(t.asked) = 1 THEN {_FREQUENCY.replace("{", "{{").replace("}", "}}")}
            {_PHRASE.replace("{", "{{").replace("}", "}}")} ELSE {TWICE} END AS times
    FROM long l JOIN rare t ON l.vector @@ t.asked
), summed AS (
    SELECT rowid, COALESCE(
        SUM(worth * times / (times + k)) FILTER (WHERE is_typed)
            * CASE WHEN COUNT(DISTINCT word) FILTER (WHERE is_typed) < MAX(needed) THEN {APART} ELSE 1 END, 0
    ) AS typed,
        COALESCE(MAX(worth * times / (times + k)) FILTER (WHERE NOT is_typed), 0) AS added,
        COALESCE(SUM(worth * times / (times + k)) FILTER (WHERE NOT is_typed), 0) AS every_added
    FROM each GROUP BY rowid, part
), scored AS (
    SELECT rowid, {1 - OTHERS} * GREATEST(typed, added) + {OTHERS} * (typed + every_added) AS score FROM summed
), exact AS (
    SELECT rowid, -SUM(score) AS score FROM scored GROUP BY rowid
)
SELECT rowid,
    (COALESCE(score * share, {AFTER} - bound) - CASE WHEN is_whole THEN {ALL_FIRST} ELSE 0 END)::float8 AS score
FROM found LEFT JOIN exact USING (rowid)
) AS w"""


def ranked(query: Query) -> Parts:
    """What has the words, ranked. `vector` is copied once a document: each look at the stored one would unpack it."""
    part_of = {number: place for place, part in enumerate(parts(query.groups)) for number in part.groups}
    needed = {number: len(part.groups) for part in parts(query.groups) if part.is_name for number in part.groups}
    terms = [(number, term) for number, group in enumerate(query.groups) for term in group.alternatives]
    # What says how something is asked belongs to no group, and each word of it to itself.
    terms += [(-1 - place, replace(term, weight=ASIDE)) for place, term in enumerate(query.wanted.asides)]
    rows = [f"(%s, %s, %s, %s, {ASKED}, {_telling(term)}, %s::float8, %s, %s)" for _, term in terms]
    parameters: list[Any] = []
    scored: set[tuple[int, Term]] = set()
    for place, (number, term) in enumerate(terms):
        part = part_of.get(number, number)
        is_typed = term.weight == 1
        weight = query.groups[number].weight if is_typed else term.weight
        # What was added for several words will do for each of them, and scores once.
        weight *= (part, term) not in scored
        scored.add((part, term))
        parameters += [place, number, part, needed.get(number, 1), term.in_any_form, *_alone(term)]
        parameters += [weight, is_typed, term.is_near]
    if query.needs_all:
        asked, texts = _all_of(query)
        found = _ALL.format(asked=asked, idf=_IDF, counted=_EACH if terms[1:] or len(terms[0][1].words) > 1 else _ALONE)
        parameters += [*texts, *texts]
    else:
        share = f"({_PRESENT} / {len(query.groups)}.0) ^ 2" if is_shared(query) else "1"
        found = _SOME.format(idf=_IDF, share=share)
    table = _TABLE.format(terms=", ".join(rows), found=found)
    if not query.wanted.excluded:
        return Parts(table, [], parameters, "w.score", [])
    condition, excluded = lacks(query.wanted.excluded)
    return Parts(table, [condition], parameters + excluded, "w.score", [])


def _alone(term: Term) -> list[str]:
    """Each of a term's words that says something."""
    return [word.in_any_form for word in apart(term)]


def _telling(term: Term) -> str:
    return f"ARRAY[{', '.join(ASKED for _ in _alone(term))}]"


def lacks(terms: Sequence[Term]) -> tuple[str, list[Any]]:
    """A condition: w has none of these."""
    condition = f"w.rowid NOT IN (SELECT rowid FROM search_words WHERE vector @@ {_any(terms)})"
    return condition, [term.in_any_form for term in terms]


def _all_of(query: Query) -> tuple[str, list[str]]:
    groups = [_any(group.alternatives) for group in query.groups]
    return f"({' && '.join(groups)})", [term.in_any_form for group in query.groups for term in group.alternatives]


def _any(terms: Sequence[Term]) -> str:
    return f"({' || '.join(ASKED for _ in terms)})"
