"""Our query in Elasticsearch's words. Text only, never its own query syntax: nothing that is typed is an operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import sqrt
from typing import Any

from elasticsearch_dsl import A, Q, Search

from search.documents import PARTS, WEIGHTS
from search.engines import weighing
from search.engines.weighing import APART, ASIDE, OTHERS, Part
from search.query import HELPFUL, NEWEST, RELEVANCE, Group, Limits, Query, Term

# Fields are one text whose words weigh more in some places (BM25F): weights below one are not allowed there.
FIELDS = [f"{name}^{max(weight, 1)}" for name, weight in WEIGHTS.items()]
# Words that stand in the order in which they were asked for count for a tenth more, where a field has them so.
PAIRS, PAIRED = 0.1, ["title", "summary", "body"]
# Where some of the words will do, documents with all of them come first: more than any words can score.
COMPLETE = 1000
# What was added scores a little higher here than on the embedded engines, beside what was typed.
ADDED = 0.85
# Every tag of a site with all of Britain's wards and a full thesaurus; what it holds back are the rarest.
MOST_TAGS = 5000
PRECISION = 10_000

_FIRST: dict[str, list[Any]] = {NEWEST: [], RELEVANCE: ["_score"], HELPFUL: [{"helpful": "desc"}]}


def readable(containers: frozenset[str], left_out: list[str]) -> Any:
    """What the reader may see, without what the index may hold an old state of."""
    return Q("bool", filter=[Q("terms", container=sorted(containers))], must_not=unwanted(left_out))


def unwanted(left_out: list[str]) -> list[Any]:
    return [Q("terms", owner=left_out), Q("terms", within=left_out)] if left_out else []


def asked(query: Query, containers: frozenset[str], left_out: list[str]) -> Any:
    """What is found and counted: words, operators, and those choices whose facets are not counted."""
    return _narrowed(query, containers, left_out, **_scored(query))


def filtered(query: Query, containers: frozenset[str], left_out: list[str]) -> Any:
    """What this query may find at all, whatever its words: operators and every choice, and no excluded word."""
    return _narrowed(replace(query, counted=()), containers, left_out)


def _narrowed(query: Query, containers: frozenset[str], left_out: list[str], **scored: Any) -> Any:
    choices = [choice(facet, values) for facet, values in query.chosen.items() if facet not in query.counted]
    limits = query.limits
    if limits.keys is not None:
        choices.append(Q("terms", key=list(limits.keys)))
    if limits.groups is not None:
        choices.append(Q("terms", group=list(limits.groups)))
    choices += [Q("terms", tags=list(either)) for either in limits.tags]
    if limits.after or limits.before:
        choices.append(_dated(limits))
    without = [term(each) for each in query.wanted.excluded]
    if query.is_of_wholes:
        without += [Q("prefix", key=f"{part}:") for part in PARTS]
    if limits.without:
        without.append(Q("terms", tags=list(limits.without)))
    return Q("bool", filter=[readable(containers, left_out), *choices], must_not=without, **scored)


def _dated(limits: Limits) -> Any:
    """Between two days; a resource by its year."""
    ends = {"gte": limits.after, "lt": limits.before}
    days = Q("range", date={end: value for end, value in ends.items() if value})
    resource = Q("term", kind="resource")
    by_year = Q("bool", filter=[resource, Q("terms", tags=list(limits.years))])
    return Q("bool", should=[by_year, Q("bool", filter=[days], must_not=[resource])], minimum_should_match=1)


def _scored(query: Query) -> dict[str, Any]:
    parts = [clause for part in weighing.parts(query.groups) for clause in _parts(query, part)]
    if not parts:
        return {}
    asides = [term(replace(each, weight=ASIDE)) for each in query.wanted.asides]
    found: dict[str, Any] = {"must": parts, "should": asides}
    if not query.needs_all:
        every = [_any(group, 1) for group in replace(query, needs_all=True).groups]
        found["must"] = [_shared(query, Q("bool", should=parts, minimum_should_match=1))]
        found["should"].append(Q("constant_score", filter=Q("bool", filter=every), boost=COMPLETE))
    for pair in weighing.pairs(query.wanted.typed):
        found["should"].append(Q("multi_match", query=pair.text, fields=PAIRED, type="phrase", boost=PAIRS))
    return found


def _shared(query: Query, some: Any) -> Any:
    """A short question's score by the share of its words that a document has."""
    if not weighing.is_shared(query):
        return some
    each = [{"filter": _any(group, 1), "weight": 1 / len(query.groups)} for group in query.groups]
    share = {"functions": each, "score_mode": "sum", "boost_mode": "multiply"}
    return Q("function_score", query=Q("function_score", query=some, **share), **share)


def _parts(query: Query, part: Part) -> list[Any]:
    """What a part scores. What was added for a name of several words scores once, and not with each of them."""
    groups = [query.groups[place] for place in part.groups]
    if not part.is_name:
        return [_any(group, 1) for group in groups]
    typed = [query.wanted.terms[place] for place in part.groups]
    whole = Q("bool", must=[_any(group, (1 - APART) * part.weight) for group in typed])
    named = Q("bool", should=[*(_any(group, APART * part.weight) for group in typed), whole])
    best = Q("dis_max", queries=[named, *map(_added, part.added)], tie_breaker=OTHERS)
    return [Q("bool", must=best, filter=[_any(group, 1) for group in groups])] if query.needs_all else [best]


def _any(group: Group, typed: float) -> Any:
    """What scores best of the alternatives. What was typed has a weight of its own."""
    typed *= group.weight
    found = [term(replace(each, weight=typed)) if each.weight == 1 else _added(each) for each in group.alternatives]
    return Q("dis_max", queries=found, tie_breaker=OTHERS) if len(found) > 1 else found[0]


def _added(wanted: Term) -> Any:
    """Of a phrase every word scores, and three words are not three times as telling as the one that they stand for."""
    return term(replace(wanted, weight=ADDED * wanted.weight / sqrt(len(wanted.words))))


def term(wanted: Term) -> Any:
    """A word in any field. Of a phrase the words score as they would alone, where they stand side by side."""
    each = Q("combined_fields", query=wanted.text, fields=FIELDS, operator="and", boost=wanted.weight)
    if len(wanted.words) == 1:
        return each
    return Q("bool", must=each, filter=Q("multi_match", query=wanted.text, fields=list(WEIGHTS), type="phrase"))


def choice(facet: str, values: Iterable[str]) -> Any:
    return Q("terms", tags=[f"{facet}:{value}" for value in values])


def chosen(query: Query) -> dict[str, Any]:
    """The choices that are left out of their own facet's counts: filtered after counting."""
    return {facet: choice(facet, values) for facet, values in query.chosen.items() if facet in query.counted}


def order(query: Query) -> list[Any]:
    """What decides, then the newest, and never a tie: a page goes on where the one before ended."""
    # Undated is last; and Elasticsearch's own value for it is no number that an address could carry. Of one date a page
    # stands before the parts of its files: "resource:5" is behind "document:5:7", "webinar:3" behind "session:4:60".
    return [*_FIRST[query.order], {"date": {"order": "desc", "missing": -(2**52)}}, {"key": "desc"}]


def count(request: Search, query: Query) -> None:
    """Groups in all, and groups for each value of each facet under the other facets' choices."""
    choices = chosen(query)
    everything = request.aggs.bucket("all", _among(choices.values()))
    everything.metric("groups", _groups())
    free = [facet for facet in query.counted if facet not in choices]
    if free:
        everything.bucket("tags", _tags(free)).metric("groups", _groups())
    for facet in choices:
        others = [made for name, made in choices.items() if name != facet]
        request.aggs.bucket(f"for_{facet}", _among(others)).bucket("tags", _tags([facet])).metric("groups", _groups())


def counted(query: Query, aggregations: Any) -> dict[str, dict[str, int]]:
    """The counts out of an answer, by facet and value."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in query.counted}
    for part in aggregations:
        for bucket in getattr(getattr(part, "tags", None), "buckets", ()):
            facet, _, value = bucket.key.partition(":")
            counts[facet][value] = bucket.groups.value
    return counts


def _tags(facets: list[str]) -> Any:
    return A("terms", field="tags", include=f"({'|'.join(facets)}):.*", size=MOST_TAGS)


def _groups() -> Any:
    return A("cardinality", field="group", precision_threshold=PRECISION)


def _among(choices: Iterable[Any]) -> Any:
    every = list(choices)
    return A("filter", filter=Q("bool", filter=every) if every else Q("match_all"))
