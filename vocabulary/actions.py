"""Filling the vocabulary from files: the project's own, where what an editor changed stays, and those of others."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.text import slugify

from vocabulary import checking, folding, plain, table
from vocabulary.models import BroaderConcept, Concept, Label, Match, Place, RelatedConcept, Sector, Topic
from vocabulary.plain import PlainConcept

DATA = Path(__file__).resolve().parent / "data"


def _read(name: str) -> list[dict]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@transaction.atomic
def load_sectors() -> int:
    """Add the sectors that are missing. Returns how many."""
    added = 0
    for position, row in enumerate(_read("sectors.json")):
        added += Sector.objects.get_or_create(slug=row["slug"], defaults={**row, "position": position})[1]
    return added


@transaction.atomic
def load_topics() -> int:
    """Add the topics that are missing. Returns how many."""
    return sum(Topic.objects.get_or_create(slug=row["slug"], defaults=row)[1] for row in _read("topics.json"))


@transaction.atomic
def load_places() -> int:
    """Add the nations, regions and council areas of the United Kingdom that are missing. Returns how many."""
    known = set(Place.objects.values_list("slug", flat=True))
    tree: dict[tuple[str, str], list[dict]] = {}
    for row in _read("councils.json"):
        tree.setdefault((row["nation"], row["region"]), []).append(row)
    added = 0
    for (nation, region), councils in tree.items():
        if all(row["slug"] in known for row in councils):
            continue
        parent = _place(None, nation, Place.Kind.COUNTRY)
        if region != nation:
            parent = _place(parent, region, Place.Kind.REGION)
        for row in councils:
            if row["slug"] not in known:
                fields = {"name": row["name"], "slug": row["slug"], "gss": row["gss"]}
                parent.add_child(kind=Place.Kind.COUNCIL, **fields)
                parent.refresh_from_db()
                added += 1
    return added


def _place(parent: Place | None, name: str, kind: Place.Kind) -> Place:
    # A region may bear the name of a council ("North East" does not, "London" might): the kind keeps slugs apart.
    slug = slugify(f"{kind}-{name}")
    found = Place.objects.filter(slug=slug).first()
    if found:
        return found
    fields = {"name": name, "slug": slug, "kind": kind}
    return parent.add_child(**fields) if parent else Place.add_root(**fields)


@transaction.atomic
def add_wards(*, council: Place, wards: Iterable[Mapping[str, str | None]]) -> int:
    """Add the wards of a council that are missing, given as {"name", "gss"}. Returns how many."""
    known = set(council.get_children().values_list("slug", flat=True))
    added = 0
    for ward in wards:
        slug = f"{council.slug}-{slugify(str(ward['name']))}"
        if slug not in known:
            council.add_child(name=ward["name"], gss=ward["gss"], slug=slug, kind=Place.Kind.WARD)
            council.refresh_from_db()
            added += 1
    return added


class Refused(Exception):
    """The concepts cannot be brought in. `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Brought(NamedTuple):
    """How many concepts were new, how many changed, and how many were there already."""

    added: int
    changed: int
    same: int


@transaction.atomic
def load_concepts() -> int:
    """Add the project's own concepts that are missing, renew those that nobody has changed. Returns how many.

    Errors: Refused.
    """
    concepts, problems = table.read((DATA / "concepts.csv").read_text(encoding="utf-8"))
    if problems:
        raise Refused(problems)
    there = {concept.slug: concept.digest() for concept in plain.stored()}
    loaded = dict(Concept.objects.values_list("slug", "loaded_digest"))
    wanted = {concept.slug: (concept, concept.digest()) for concept in plain.both_ways(concepts)}
    untouched = [
        concept
        for slug, (concept, digest) in wanted.items()
        if slug not in there or (loaded[slug] == there[slug] and there[slug] != digest)
    ]
    _write(untouched)
    # What was written may be related to something that an editor took links from: what counts is what is there now.
    digests = {concept.slug: concept.digest() for concept in plain.stored()} if untouched else {}
    changed = Concept.objects.filter(slug__in=[concept.slug for concept in untouched])
    for concept in changed:
        concept.loaded_digest = digests[concept.slug]
    Concept.objects.bulk_update(changed, ["loaded_digest"], batch_size=200)
    return len(untouched)


@transaction.atomic
def bring_in(concepts: Iterable[PlainConcept], *, dry_run: bool = False) -> Brought:
    """Add or replace these concepts; others stay. Raises Refused, and writes nothing, when something is wrong."""
    wanted = list(concepts)
    problems = checking.problems(wanted)
    if problems:
        raise Refused(problems)
    there = {concept.slug: concept for concept in plain.stored()}
    # A link from a concept that is not in the file stays as it is.
    outside = [concept for slug, concept in there.items() if slug not in {each.slug for each in wanted}]
    linked = {concept.slug: concept for concept in plain.both_ways([*wanted, *outside])}
    wanted = [linked[concept.slug] for concept in wanted]
    different = [
        concept for concept in wanted if concept.slug not in there or there[concept.slug].digest() != concept.digest()
    ]
    if not dry_run:
        _write(different)
    added = sum(concept.slug not in there for concept in wanted)
    return Brought(added, len(different) - added, len(wanted) - len(different))


def _write(concepts: list[PlainConcept]) -> None:
    """Write these concepts whole, in a few statements however many. Links to what is not there are left out."""
    topics = dict(Topic.objects.values_list("slug", "pk"))
    rows = [
        Concept(
            slug=concept.slug,
            name=concept.name,
            definition=concept.definition,
            scope_note=concept.scope_note,
            topic_id=topics.get(concept.topic),
            source=concept.source,
            is_in_use=concept.is_in_use,
            revision=secrets.randbelow(2**31),
        )
        for concept in concepts
    ]
    # One may take the name that another gives up: for a moment each is called by its number.
    there = Concept.objects.filter(slug__in=[concept.slug for concept in concepts])
    there.update(name=Concat(Value("\n"), Cast("pk", CharField())))
    fields = ["name", "definition", "scope_note", "topic", "source", "is_in_use", "revision"]
    Concept.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["slug"], update_fields=fields, batch_size=200
    )
    pks = dict(Concept.objects.values_list("slug", "pk"))
    ours = [pks[concept.slug] for concept in concepts]
    for model in (Label, Match, BroaderConcept, RelatedConcept):
        model.objects.filter(concept__in=ours).delete()
    RelatedConcept.objects.filter(other__in=ours).delete()
    _write_labels(concepts, pks)
    _write_links(concepts, pks)


def _write_links(concepts: list[PlainConcept], pks: Mapping[str, int]) -> None:
    Match.objects.bulk_create(
        Match(
            concept_id=pks[concept.slug], scheme=match.scheme, label=match.label, relation=match.relation, uri=match.uri
        )
        for concept in concepts
        for match in concept.matches
    )
    BroaderConcept.objects.bulk_create(
        BroaderConcept(concept_id=pks[concept.slug], broader_id=pks[other])
        for concept in concepts
        for other in concept.broader
        if other in pks
    )
    RelatedConcept.objects.bulk_create(
        RelatedConcept(concept_id=one, other_id=other) for one, other in _related(concepts, pks)
    )


def _write_labels(concepts: list[PlainConcept], pks: Mapping[str, int]) -> None:
    pairs = [(concept, label) for concept in concepts for label in concept.labels]
    rows = [
        Label(
            concept_id=pks[concept.slug],
            text=label.text,
            folded=" ".join(folding.split(label.text)),
            kind=label.kind,
            language=label.language,
            is_ambiguous=label.is_ambiguous,
            expands=label.expands,
        )
        for concept, label in pairs
    ]
    Label.objects.bulk_create(rows, batch_size=500)
    sectors = dict(Sector.objects.values_list("slug", "pk"))
    said_by = Label.sectors.through
    said_by.objects.bulk_create(
        said_by(label_id=row.pk, sector_id=sectors[slug])
        for row, (_, label) in zip(rows, pairs, strict=True)
        for slug in label.sectors
        if slug in sectors
    )


def _related(concepts: list[PlainConcept], pks: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    pairs = {(pks[concept.slug], pks[other]) for concept in concepts for other in concept.related if other in pks}
    yield from sorted(pairs | {(other, one) for one, other in pairs})
