"""Of how many documents a row may be made: each passage of its files and each minute of its recordings is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Count, Sum
from django.db.models.functions import Length

from events.models import Session
from knowledge.models import ResourceDocument
from search.models import Entry
from search.spoken import LONGEST

# So many are in memory at once, unless one row has more: each takes some ten kilobytes.
MOST_PARTS = 3000


def light(ids: Iterable[int], parts: Mapping[int, int]) -> Iterator[list[int]]:
    """These rows, fewer at once the more parts they have."""
    some: list[int] = []
    held = 0
    for pk in ids:
        if some and held + parts[pk] > MOST_PARTS:
            yield some
            some, held = [], 0
        some.append(pk)
        held += parts[pk]
    if some:
        yield some


def of_resources(ids: list[int]) -> Counter[int]:
    """As the index has them, with the files that it may not have yet. Two queries."""
    listed = ResourceDocument.objects.filter(page__in=ids).order_by()
    return _indexed("resource", ids) | _summed(listed.values_list("page").annotate(Count("document__passages")))


def of_webinars(ids: list[int]) -> Counter[int]:
    """As `of_resources`; about so many minutes as transcripts are long."""
    held = Session.objects.filter(page__in=ids).order_by().values_list("page")
    letters = held.annotate(letters=Sum(Length("transcript")))
    return _indexed("webinar", ids) | _summed((page, (number or 0) // LONGEST) for page, number in letters)


def _indexed(name: str, ids: list[int]) -> Counter[int]:
    groups = Entry.objects.filter(group_key__in=[f"{name}:{pk}" for pk in ids]).order_by()
    counted = groups.values_list("group_key").annotate(Count("pk"))
    return _summed((int(group.partition(":")[2]), number) for group, number in counted)


def _summed(numbers: Iterable[tuple[int, int]]) -> Counter[int]:
    return Counter(dict(numbers))
