"""Fill a database with copies of its demo resources: python -m bench.catalogue_seed --resources 50000

Pages, topics, sectors, evidence and this month's figures are copied as rows; words, people and documents are not. On
SQLite, in seconds. Afterwards: `manage.py reindex`. Only for databases that are thrown away.
"""

from __future__ import annotations

import argparse
import os
import random
import uuid
from datetime import timedelta
from typing import Any

import django
from tqdm import tqdm

AT_ONCE = 5000
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Tables with a row or more for a page, and the column that names it.
BESIDE = {
    "knowledge_resourcepage": "page_ptr_id",
    "knowledge_resourcepage_topics": "resourcepage_id",
    "knowledge_resourcepage_sectors": "resourcepage_id",
    "knowledge_evidence": "page_id",
}


def rows_of(cursor: Any, table: str, where: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor.execute(f"SELECT * FROM {table} WHERE {where}", values)  # noqa: S608 – the names stand above
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def insert(cursor: Any, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = list(rows[0])
        marks = ", ".join(["%s"] * len(names))
        values = [list(row.values()) for row in rows]
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608


def step(number: int) -> str:
    """A number as the last four letters of a page's path."""
    letters = ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return letters.rjust(4, "0")


def seed(wanted: int) -> int:
    """Copies until the library holds `wanted` published resources; says how many were made."""
    from django.db import connection, transaction
    from django.db.models import Max
    from wagtail.models import Page

    from knowledge.models import LibraryPage, ResourceMonth, ResourcePage

    chance = random.Random(1)  # noqa: S311
    library = LibraryPage.objects.get()
    base = list(ResourcePage.objects.child_of(library).live().values_list("pk", flat=True))
    count = max(0, wanted - len(base))
    last = Page.objects.filter(path__startswith=library.path, depth=library.depth + 1).aggregate(last=Max("path"))
    first = int(last["last"][-4:], 36) + 1
    number = (Page.objects.aggregate(last=Max("pk"))["last"] or 0) + 1000
    month = ResourceMonth.objects.order_by("-month").values_list("month", flat=True).first()
    with transaction.atomic(), connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(base))
        pages = {row["id"]: row for row in rows_of(cursor, "wagtailcore_page", f"id IN ({places})", base)}
        beside: dict[str, dict[int, list[dict[str, Any]]]] = {}
        for table, column in BESIDE.items():
            found = beside.setdefault(table, {})
            for row in rows_of(cursor, table, f"{column} IN ({places})", base):
                found.setdefault(row[column], []).append(row)
        for begin in tqdm(range(0, count, AT_ONCE), desc="resources", ncols=80):
            copies = [
                (begin + place, base[(begin + place) % len(base)]) for place in range(min(AT_ONCE, count - begin))
            ]
            made = [_page(pages[source], library, number + place, first + place, chance) for place, source in copies]
            insert(cursor, "wagtailcore_page", made)
            for table, column in BESIDE.items():
                fresh = [
                    {**row, column: number + place} for place, source in copies for row in beside[table].get(source, [])
                ]
                insert(cursor, table, [{name: value for name, value in row.items() if name != "id"} for row in fresh])
            if month:
                months = [
                    ResourceMonth(page_id=number + place, month=month, views=chance.randint(1, 400))
                    for place, _s in copies
                ]
                ResourceMonth.objects.bulk_create(months)
        Page.objects.filter(pk=library.pk).update(numchild=library.numchild + count)
    return count


def _page(source: dict[str, Any], library: Any, pk: int, place: int, chance: random.Random) -> dict[str, Any]:
    moved = source["first_published_at"] - timedelta(minutes=chance.randint(0, 3_000_000))
    slug = f"copy-{pk}"
    return {
        **source, "id": pk, "path": library.path + step(place), "slug": slug, "url_path": f"{library.url_path}{slug}/",
        "title": f"{source['title']} {pk}", "translation_key": uuid.uuid4().hex, "numchild": 0,
        "live_revision_id": None, "latest_revision_id": None, "first_published_at": moved,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a database with copies of its resources.")
    parser.add_argument("--resources", type=int, default=50_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(f"{seed(options.resources):,} resources were added.")


if __name__ == "__main__":
    main()
