"""Filling the vocabulary from the project's own data files. Running twice changes nothing that an editor changed."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from vocabulary.models import Place, Sector, Topic

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
