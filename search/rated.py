"""Ratings as tags to filter by, and what these are called: each body's own words, never one scale for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from knowledge.evidence_map import outcome_slug, rating_slug
from knowledge.models import Evidence, ResourcePage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

OUTCOME = "outcome"
RATED = (*Evidence.Measure.values, OUTCOME)
_NAMED = ("measure", "scheme", "value", "outcome")
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
    """What those of these tags that are ratings are called; they stand on what their reader was shown.

    A query only for what was never looked up before.
    """
    wanted = _ratings(tags)
    if not wanted <= _remembered.keys():
        if len(_remembered) > MOST_REMEMBERED:
            _remembered.clear()
        _remembered.update(_names(Evidence.objects.all()))
    return {tag: _remembered[tag] for tag in wanted if tag in _remembered}


def names_seen(tags: Iterable[str], reader: User | AnonymousUser) -> dict[str, str]:
    """What those of these tags that are ratings are called, as far as a resource that this reader may see has them.

    Anybody can write a tag into an address: what a closed resource says must not come back. One query, where any is.
    """
    wanted = _ratings(tags)
    if not wanted:
        return {}
    bodies = [each for each in Evidence.Scheme.values if any(f":{each}-" in tag for tag in wanted)]
    seen = Evidence.objects.filter(scheme__in=bodies, page__in=ResourcePage.objects.visible_to(reader))
    names = _names(seen)
    return {tag: names[tag] for tag in wanted if tag in names}


def _ratings(tags: Iterable[str]) -> set[str]:
    return {tag for tag in tags if tag.partition(":")[0] in RATED}


def _names(ratings: QuerySet[Evidence]) -> dict[str, str]:
    found = {}
    for measure, scheme, value, outcome in ratings.order_by().values_list(*_NAMED).distinct():
        body = Evidence.Scheme(scheme).label if scheme in Evidence.Scheme.values else scheme
        found[f"{measure}:{rating_slug(scheme, value)}"] = f"{value} ({body})"
        if outcome:
            found[f"{OUTCOME}:{outcome_slug(scheme, value, outcome)}"] = f"{outcome}: {value} ({body})"
    return found
