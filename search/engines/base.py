"""What every engine can do. Engines return keys and counts; texts and rows come from the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from search.documents import Document
from search.query import Found, Match, Query


class SearchUnavailable(Exception):
    """The engine cannot answer now; another one may."""


class DocumentsRefused(Exception):
    """The engine will never take these documents as they are: kinds of error, by key. All others are written."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(f"{len(reasons)} documents were refused.")
        self.reasons = reasons


class Engine(Protocol):
    """Whatever is asked is asked for a reader: only documents in these containers are looked at.

    Errors of every method: SearchUnavailable.
    """

    name: str

    def search(self, query: Query, containers: frozenset[str]) -> Found:
        """What matches, one match a group; counts of each facet leave out its own choice."""

    def complete(self, prefix: str, containers: frozenset[str], limit: int) -> list[Match]:
        """Documents whose titles have words that begin with these, the last of them unfinished."""

    def more_like(self, text: str, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
        """Documents about the same as this text, groups `without` left out."""

    def write(self, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
        """Store documents, and take away those with the keys `gone`."""

    def count(self) -> dict[str, int]:
        """How many documents of each kind are stored."""
