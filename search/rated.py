"""Ratings as tags to filter by, and what these are called: each body's own words, never one scale for all."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from knowledge.evidence_map import outcome_slug, rating_slug
from knowledge.models import Evidence

OUTCOME = "outcome"
RATED = (*Evidence.Measure.values, OUTCOME)
MOST_REMEMBERED = 5000
# A tag is made of what it is called, so its name never changes: looking through all ratings once will do.
_remembered: dict[str, str] = {}


def tags_of(ratings: Iterable[Evidence]) -> tuple[str, ...]:
    """A tag for each rating of a resource, and where it is of one outcome, one for both together."""
    found = set()
    for each in ratings:
        found.add(f"{each.measure}:{rating_slug(each.scheme, each.value)}")
        if each.outcome and each.measure == Evidence.Measure.STRENGTH:
            found.add(f"{OUTCOME}:{outcome_slug(each.scheme, each.value, each.outcome)}")
    return tuple(sorted(found))


def names_of(tags: Iterable[str]) -> dict[str, str]:
    """What those of these tags that are ratings are called. A query only for what was never looked up before."""
    wanted = {tag for tag in tags if tag.partition(":")[0] in RATED}
    if not wanted <= _remembered.keys():
        if len(_remembered) > MOST_REMEMBERED:
            _remembered.clear()
        _remembered.update(_all_names())
    return {tag: _remembered[tag] for tag in wanted if tag in _remembered}


def _all_names() -> dict[str, str]:
    rows: QuerySet = Evidence.objects.order_by().values_list("measure", "scheme", "value", "outcome").distinct()
    found = {}
    for measure, scheme, value, outcome in rows:
        body = Evidence.Scheme(scheme).label if scheme in Evidence.Scheme.values else scheme
        found[f"{measure}:{rating_slug(scheme, value)}"] = f"{value} ({body})"
        if outcome:
            found[f"{OUTCOME}:{outcome_slug(scheme, value, outcome)}"] = f"{outcome}: {value} ({body})"
    return found
