"""What of a document is embedded: how it begins. Long documents stand in the index in parts, each with its own."""

from __future__ import annotations

from search.documents import Document
from search.words import clean

# More letters than the model reads.
LONGEST = 1500


def text_of(document: Document) -> str:
    """What it is called, or what it belongs to, then what it says."""
    parts = (document.title or document.context, document.summary, document.body)
    return ". ".join(clean(part[:LONGEST]) for part in parts if part)[:LONGEST]
