"""Concepts for tests."""

from itertools import count
from typing import Any

from vocabulary.models import Concept, Label

_numbers = count(1)


def make_concept(name: str = "", *others: str, abbreviation: str = "", **fields: Any) -> Concept:
    """A concept with its preferred label, other names and an abbreviation."""
    name = name or f"Concept {next(_numbers)}"
    fields.setdefault("slug", name.lower().replace(" ", "-"))
    broader, related = fields.pop("broader", ()), fields.pop("related", ())
    concept = Concept.objects.create(name=name, **fields)
    add_label(concept, name, kind=Label.Kind.PREFERRED)
    if abbreviation:
        add_label(concept, abbreviation, kind=Label.Kind.ABBREVIATION)
    for other in others:
        add_label(concept, other)
    concept.broader.set(broader)
    concept.related.set(related)
    return concept


def add_label(concept: Concept, text: str, **fields: Any) -> Label:
    sectors = fields.pop("sectors", ())
    label = Label(concept=concept, text=text, **fields)
    label.save()
    if sectors:
        label.sectors.set(sectors)
        label.save()
    return label
