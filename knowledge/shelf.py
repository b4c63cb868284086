"""Everything that the library has, in memory, to find among it what an import brings once more."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledge.duplicates import NEARLY, bare_address, bare_title
from knowledge.exchange.record import Item
from knowledge.models import ResourcePage

BEGINNING = 3
SHORTEST = 12
MOST_COMPARED = 50


class Twin(NamedTuple):
    """What is here already: a page, or (`page` None) an earlier record of the same file."""

    page: int | None
    number: int
    why: str | Promise


class Shelf:
    """DOIs, addresses and titles of all resources, drafts too. Fifty thousand take some 25 MB.

    Where a record stands is one number: a page's own, or below zero that of a record of the same file. What is looked
    up whole is kept as its hash.
    """

    def __init__(self) -> None:
        self._by_doi: dict[int, int] = {}
        self._by_address: dict[int, int] = {}
        self._by_title: dict[str, int] = {}
        # Titles with the same first and the same last words: only these are compared sign by sign.
        self._ends: dict[int, str | list[str]] = {}
        rows = ResourcePage.objects.order_by("pk").values_list("pk", "title", "doi", "source_url")
        for pk, title, doi, url in rows.iterator(chunk_size=2000):
            self._put(title, doi, url, pk)

    def add(self, item: Item, number: int) -> None:
        """A record that a later one of the same file may repeat."""
        self._put(item["title"], item.get("DOI", ""), item.get("URL", ""), -number)

    def find(self, item: Item) -> Twin | None:
        """The certain reasons first: DOI, address, title, nearly the title."""
        if doi := item.get("DOI"):
            if place := self._by_doi.get(hash(doi.lower())):
                return _twin(place, _("It has the same DOI."))
        elif (address := bare_address(item.get("URL", ""))) and (place := self._by_address.get(hash(address))):
            return _twin(place, _("It is at the same address."))
        title = bare_title(item["title"])
        if place := self._by_title.get(title):
            return _twin(place, _("It has the same title."))
        # Two articles may share a short title ("Editorial"); two DOIs say that they are two.
        return self._nearly(title)

    def _nearly(self, title: str) -> Twin | None:
        if len(title) < SHORTEST:
            return None
        matcher = SequenceMatcher(None, "", title, autojunk=False)
        candidates = [other for end in _ends(title) for other in _several(self._ends.get(end))]
        for other in dict.fromkeys(candidates):
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() >= NEARLY and matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY:
                return _twin(self._by_title[other], _("Its title is nearly the same."))
        return None

    def _put(self, title: str, doi: str, url: str, place: int) -> None:
        if doi:
            self._by_doi.setdefault(hash(doi.lower()), place)
        if address := bare_address(url):
            self._by_address.setdefault(hash(address), place)
        plain = bare_title(title)
        if plain and plain not in self._by_title:
            self._by_title[plain] = place
            for end in _ends(plain):
                self._put_end(end, plain)

    def _put_end(self, end: int, title: str) -> None:
        """Most have an end of their own, which needs no list."""
        others = _several(self._ends.get(end))
        if not others:
            self._ends[end] = title
        elif len(others) < MOST_COMPARED:
            self._ends[end] = [*others, title]


def _twin(place: int, why: str | Promise) -> Twin:
    return Twin(place, 0, why) if place > 0 else Twin(None, -place, why)


def _several(titles: str | list[str] | None) -> list[str]:
    return [titles] if isinstance(titles, str) else titles or []


def _ends(title: str) -> tuple[int, int]:
    words = title.split()
    return hash(" ".join(words[:BEGINNING])), hash(f"…{' '.join(words[-BEGINNING:])}")
