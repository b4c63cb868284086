"""Concepts as plain values, without the database: what files hold, what is compared, what is written."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace

from vocabulary.models import BroaderConcept, Concept, Label, Match, RelatedConcept

KIND_ORDER = {kind: number for number, kind in enumerate(Label.Kind.values)}


@dataclass(frozen=True)
class PlainLabel:
    text: str
    kind: str = Label.Kind.ALTERNATIVE.value
    sectors: tuple[str, ...] = ()
    is_ambiguous: bool = False
    expands: bool = True
    language: str = "en"


@dataclass(frozen=True)
class PlainMatch:
    scheme: str
    label: str
    relation: str = Match.Relation.CLOSE.value
    uri: str = ""


@dataclass(frozen=True)
class PlainConcept:
    """`broader`, `related` are slugs of concepts, `topic` and a label's `sectors` slugs too.

    `where` says where in a file it was read; it takes no part in comparing.
    """

    slug: str
    labels: tuple[PlainLabel, ...]
    definition: str = ""
    scope_note: str = ""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    topic: str = ""
    source: str = ""
    matches: tuple[PlainMatch, ...] = ()
    is_in_use: bool = True
    where: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return next((label.text for label in self.labels if label.kind == Label.Kind.PREFERRED), "")

    def in_order(self) -> PlainConcept:
        """The same concept with everything that has no order of its own in alphabetical order."""
        labels = [replace(label, sectors=tuple(sorted(label.sectors))) for label in self.labels]
        return replace(
            self,
            labels=tuple(sorted(labels, key=lambda label: (KIND_ORDER.get(label.kind, 9), label.text))),
            broader=tuple(sorted(self.broader)),
            related=tuple(sorted(self.related)),
            matches=tuple(sorted(self.matches, key=astuple)),
        )

    def digest(self) -> str:
        """The same for two concepts that say the same."""
        return hashlib.sha256(repr(replace(self.in_order(), where="")).encode()).hexdigest()


def both_ways(concepts: Iterable[PlainConcept]) -> list[PlainConcept]:
    """The concepts, each related to whatever says that it is related to it."""
    concepts = list(concepts)
    related: dict[str, set[str]] = defaultdict(set)
    for concept in concepts:
        for other in concept.related:
            related[concept.slug].add(other)
            related[other].add(concept.slug)
    return [replace(concept, related=tuple(sorted(related[concept.slug]))) for concept in concepts]


def stored(*, only_in_use: bool = False) -> list[PlainConcept]:
    """Every concept of the database, by name. A handful of queries, however many there are."""
    concepts = Concept.objects.in_use() if only_in_use else Concept.objects.all()
    slugs = dict(concepts.values_list("pk", "slug"))
    sectors: dict[int, list[str]] = defaultdict(list)
    for label, sector in Label.sectors.through.objects.values_list("label", "sector__slug"):
        sectors[label].append(sector)
    labels: dict[int, list[PlainLabel]] = defaultdict(list)
    columns = ("concept", "pk", "text", "kind", "is_ambiguous", "expands", "language")
    for concept, pk, text, kind, is_ambiguous, expands, language in Label.objects.order_by("pk").values_list(*columns):
        said_by = tuple(sorted(sectors[pk]))
        labels[concept].append(PlainLabel(text, kind, said_by, is_ambiguous, expands, language))
    matches: dict[int, list[PlainMatch]] = defaultdict(list)
    for concept, *values in Match.objects.values_list("concept", "scheme", "label", "relation", "uri"):
        matches[concept].append(PlainMatch(*values))
    broader = _links(BroaderConcept.objects.values_list("concept", "broader"), slugs)
    related = _links(RelatedConcept.objects.values_list("concept", "other"), slugs)
    rows = concepts.order_by("name").values_list(
        "pk", "slug", "definition", "scope_note", "topic__slug", "source", "is_in_use"
    )
    return [
        PlainConcept(
            slug=slug,
            labels=tuple(sorted(labels[pk], key=lambda label: label.kind != Label.Kind.PREFERRED)),
            definition=definition,
            scope_note=scope_note,
            broader=tuple(sorted(broader[pk])),
            related=tuple(sorted(related[pk])),
            topic=topic or "",
            source=source,
            matches=tuple(sorted(matches[pk], key=astuple)),
            is_in_use=is_in_use,
        )
        for pk, slug, definition, scope_note, topic, source, is_in_use in rows
    ]


def _links(pairs: Iterable[tuple[int, int]], slugs: dict[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one, other in pairs:
        if other in slugs:
            found[one].append(slugs[other])
    return found
