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
    """DOIs, addresses and titles of all resources, drafts too. Fifty thousand take some 40 MB."""

    def __init__(self) -> None:
        self._by_doi: dict[str, Twin] = {}
        self._by_address: dict[str, Twin] = {}
        self._by_title: dict[str, Twin] = {}
        # Titles with the same first and the same last words: only these are compared sign by sign.
        self._ends: dict[str, list[str]] = {}
        rows = ResourcePage.objects.order_by("pk").values_list("pk", "title", "doi", "source_url")
        for pk, title, doi, url in rows.iterator(chunk_size=2000):
            self._put(title, doi, url, pk, 0)

    def add(self, item: Item, number: int) -> None:
        """A record that a later one of the same file may repeat."""
        self._put(item["title"], item.get("DOI", ""), item.get("URL", ""), None, number)

    def find(self, item: Item) -> Twin | None:
        """The certain reasons first: DOI, address, title, nearly the title."""
        if doi := item.get("DOI"):
            if found := self._by_doi.get(doi.lower()):
                return found
        elif (address := bare_address(item.get("URL", ""))) and (found := self._by_address.get(address)):
            return found
        title = bare_title(item["title"])
        found = self._by_title.get(title)
        # Two articles may share a short title ("Editorial"); two DOIs say that they are two.
        return found or self._nearly(title)

    def _nearly(self, title: str) -> Twin | None:
        if len(title) < SHORTEST:
            return None
        matcher = SequenceMatcher(None, "", title, autojunk=False)
        candidates = [other for end in _ends(title) for other in self._ends.get(end, [])[:MOST_COMPARED]]
        for other in dict.fromkeys(candidates):
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() >= NEARLY and matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY:
                return self._by_title[other]._replace(why=_("Its title is nearly the same."))
        return None

    def _put(self, title: str, doi: str, url: str, page: int | None, number: int) -> None:
        if doi:
            self._by_doi.setdefault(doi.lower(), Twin(page, number, _("It has the same DOI.")))
        if address := bare_address(url):
            self._by_address.setdefault(address, Twin(page, number, _("It is at the same address.")))
        plain = bare_title(title)
        if plain and plain not in self._by_title:
            self._by_title[plain] = Twin(page, number, _("It has the same title."))
            for end in _ends(plain):
                self._ends.setdefault(end, []).append(plain)


def _ends(title: str) -> tuple[str, str]:
    words = title.split()
    return " ".join(words[:BEGINNING]), f"…{' '.join(words[-BEGINNING:])}"
