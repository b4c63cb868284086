"""Which results editors chose for what somebody searches for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.utils import timezone

from search import words
from search.models import PromotedPhrase, PromotedResult
from search.models.promoted import CACHE_KEY, LONGEST_KEY, keyed
from search.results import Addresses

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_SHOWN = 3
MOST_WORDS = 20
SECONDS = 60


class Chosen(NamedTuple):
    title: str
    url: str
    text: str


def chosen_for(text: str, user: User | AnonymousUser) -> list[Chosen]:
    """Pages that this reader may see and whose phrases stand in the text, longest phrase first.

    One query where there is such a phrase, none otherwise.
    """
    keys = _phrases(words.WORD.findall(words.fold(text))[:MOST_WORDS]) & _known()
    if not keys:
        return []
    found = PromotedResult.objects.on(timezone.localdate()).visible_to(user).filter(phrases__key__in=keys)
    rows = found.values_list("phrases__key", "page", "page__title", "page__url_path", "reason",
                             "page__search_description")  # fmt: skip
    best: dict[int, Chosen] = {}
    addresses = Addresses()
    for _key, page, title, path, reason, description in sorted(rows, key=lambda row: -len(row[0])):
        best.setdefault(page, Chosen(title, addresses.of(path), reason or description))
    return list(best.values())[:MOST_SHOWN]


def _known() -> frozenset[str]:
    """All phrases. Most searches hold none of them, and need not ask; a change is seen everywhere within a minute."""

    def read() -> frozenset[str]:
        return frozenset(PromotedPhrase.objects.values_list("key", flat=True))

    return cache.get_or_set(CACHE_KEY, read, SECONDS) or frozenset()


def _phrases(folded: list[str]) -> set[str]:
    """Every run of words, as phrases are kept."""
    words_of_keys = keyed(folded)
    ends = range(1, len(folded) + 1)
    return {" ".join(words_of_keys[start:end])[:LONGEST_KEY] for end in ends for start in range(end)}
