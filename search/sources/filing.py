"""What documents are filed under, as tags: slugs, and places from the widest to the nearest."""

from __future__ import annotations

from collections.abc import Iterable

from vocabulary.models import Place

# Everything lies in the nation; counting by it helps nobody.
_PLACE_KINDS = (Place.Kind.REGION, Place.Kind.COUNCIL, Place.Kind.WARD)


def places_above(places: Iterable[Place | None]) -> dict[int, tuple[str, ...]]:
    """Each place's own slug and those of all above it, by the place's number. One query."""
    wanted = {place.pk: place.path for place in places if place}
    step = Place.steplen
    chains = {pk: [path[:end] for end in range(step, len(path) + 1, step)] for pk, path in wanted.items()}
    paths = {path for chain in chains.values() for path in chain}
    if not paths:
        return {}
    named = dict(Place.objects.filter(path__in=paths, kind__in=_PLACE_KINDS).values_list("path", "slug"))
    return {pk: tuple(named[path] for path in chain if path in named) for pk, chain in chains.items()}


def slugs(rows: Iterable) -> tuple[str, ...]:
    return tuple(sorted(row.slug for row in rows))
