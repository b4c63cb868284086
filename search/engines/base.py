"""What every engine can do. Engines return keys and counts; texts and rows come from the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from search.documents import Document
from search.query import Found, Query


class SearchUnavailable(Exception):
    """The engine cannot answer now; another one may."""


class Engine(Protocol):
    name: str

    def search(self, query: Query, containers: frozenset[str]) -> Found:
        """What matches within these containers, one match a group; counts of each facet leave out its own choice.

        Errors: SearchUnavailable.
        """

    def write(self, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
        """Store documents, and take away those with the keys `gone`. Errors: SearchUnavailable."""

    def count(self) -> dict[str, int]:
        """How many documents of each kind are stored. Errors: SearchUnavailable."""
