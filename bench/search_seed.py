"""Fill a migrated, empty database with texts of real length: python -m bench.search_seed --documents 100000 DIR…

Each folder holds a corpus.jsonl (`_id`, `title`, `text`), as those of bench/quality do. Texts are opening posts and
replies; when all have been used, they come again with each other's titles. Prints what indexing costs, beside bare
inserts of the same rows, as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.html import escape  # noqa: E402
from elasticsearch.helpers import bulk  # noqa: E402
from elasticsearch_dsl import Index  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.quality.sets import Text, texts_in  # noqa: E402
from bench.seed import PEOPLE, SPACES, insert, people, spaces  # noqa: E402
from forum.models import Post, Space, Thread  # noqa: E402
from markup.render import RENDERER_VERSION  # noqa: E402
from search import engines  # noqa: E402
from search.documents import WEIGHTS, Document  # noqa: E402
from search.engines.elasticsearch import ElasticsearchEngine  # noqa: E402
from search.engines.elasticsearch_index import define  # noqa: E402
from search.engines.elasticsearch_store import stored  # noqa: E402
from search.engines.postgres_ranking import CONFIGURATION, LABELS  # noqa: E402
from search.models import Entry, Stamp  # noqa: E402
from search.sources import BATCH, SOURCES  # noqa: E402

REPLIES = 3
SAMPLE, APART = 5000, 1_000_000


def endless(folders: list[Path]) -> Iterator[Text]:
    """Texts, and from the second round on with titles of others, so that no two documents are the same."""
    texts = [text for folder in folders for text in texts_in(folder)]
    for round_, text in ((number // len(texts), text) for number, text in enumerate(cycle(texts))):
        title = text.title or " ".join(text.body.split()[:8])
        yield text._replace(title=f"{title[:110]} {round_}" if round_ else title[:120])


def threads(texts: Iterator[Text], number: int, authors: list[User], rooms: list[Space]) -> Iterator[Thread]:
    now = timezone.now()
    for n, text in enumerate(islice(texts, number)):
        started, author = now - timedelta(minutes=3 * (number - n)), authors[n % len(authors)]
        yield Thread(
            space=rooms[n % len(rooms)], title=text.title, slug=f"bench-{n}", author=author, kind=Thread.Kind.QUESTION,
            reply_count=REPLIES, last_number=REPLIES + 1, last_post_at=started, last_post_by=author, created_at=started,
        )  # fmt: skip


def posts(texts: Iterator[Text], number: int, authors: list[User], first_id: int) -> Iterator[Post]:
    now = timezone.now()
    for n in range(number):
        for place, text in enumerate(islice(texts, REPLIES + 1), start=1):
            yield Post(
                thread_id=first_id + n, number=place, author=authors[(n + place) % len(authors)], source=text.body,
                html=f"<p>{escape(text.body)}</p>", renderer_version=RENDERER_VERSION,
                created_at=now - timedelta(minutes=3 * (number - n)),
            )  # fmt: skip


def fill(folders: list[Path], documents: int) -> None:
    call_command("load_vocabulary", verbosity=0)
    number = documents // (REPLIES + 1)
    authors, rooms = people(PEOPLE), spaces(SPACES)
    insert(Thread, threads(endless(folders), number, authors, rooms), number, "threads ")
    first_id = Thread.objects.order_by("pk").values_list("pk", flat=True)[0]
    insert(Post, posts(endless(folders), number, authors, first_id), number * (REPLIES + 1), "posts   ")
    call_command("reindex")
    # A planner without statistics measures its own guesses.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def indexing() -> dict[str, list[float]]:
    """Documents a second, by engine: written by it, and by bare inserts (or bulk requests) of the same rows.

    Of Elasticsearch there is a third, bulk requests to an index of the same shape; the second goes to one that guesses
    its fields.
    """
    source = SOURCES["post"]
    numbers = [pk for ids in islice(source.batches(), SAMPLE // BATCH) for pk in ids]
    found = source.documents_for(numbers)
    batches = [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
    embedded, cluster = engines.embedded(), engines.cluster()
    # To write over what is there costs more than to write what is new.
    embedded.write([], gone=[document.key for document in found])
    # Of those alone that are inserted: the others' texts are cleaned while the engine is timed.
    bare = {batch[0].key: _rows(batch) for batch in batches[1::2]}
    speeds = {"embedded": _in_turns(batches, embedded.write, lambda batch: _insert(bare[batch[0].key]))}
    if cluster:
        speeds["elasticsearch"] = _in_bulk(cluster, batches)
    return speeds


def _in_bulk(cluster: ElasticsearchEngine, batches: list[list[Document]]) -> list[float]:
    version, name = Stamp.take(), cluster.begin_rebuild()
    guessed, shaped = f"{name}-guessed", f"{name}-shaped"
    define(Index(shaped, using=cluster.patient), f"{name}-nobody", settings.ELASTICSEARCH_SHARDS).create()
    texts = {batch[0].key: [{"_source": one.texts, "_id": one.key} for one in batch] for batch in batches}
    ready = {batch[0].key: [stored(one) for one in batch] for batch in batches}
    try:
        return _in_turns(
            batches,
            lambda batch: cluster.build(batch, version=version),
            lambda batch: bulk(cluster.patient, _to(guessed, texts[batch[0].key])),
            lambda batch: bulk(cluster.patient, _to(shaped, ready[batch[0].key])),
        )
    finally:
        cluster.patient.indices.delete(index=[name, guessed, shaped], ignore_unavailable=True)


def _to(index: str, actions: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({**action, "_index": index} for action in actions)


Write = Callable[[list[Document]], object]


def _in_turns(batches: list[list[Document]], *ways: Write) -> list[float]:
    """A batch each, in turns: all meet the same state of the machine."""
    seconds, written = [0.0] * len(ways), [0] * len(ways)
    for number, batch in enumerate(batches):
        turn, started = number % len(ways), time.perf_counter()
        ways[turn](batch)
        seconds[turn] += time.perf_counter() - started
        written[turn] += len(batch)
    return [documents / taken for documents, taken in zip(written, seconds, strict=True)]


Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]


def _rows(batch: list[Document]) -> Rows:
    """What stands in the index's tables for these documents, all worked out."""
    # Far from the numbers that the engine takes meanwhile.
    first = (Entry.objects.aggregate(last=Max("pk"))["last"] or 0) + next(_taken) * APART
    numbered = list(enumerate(batch, start=first))
    entries = [
        (
            number, one.key, one.kind, one.group, one.container, json.dumps(one.tags),
            one.date and connection.ops.adapt_datetimefield_value(one.date), one.helpful, one.fingerprint,
        )
        for number, one in numbered
    ]  # fmt: skip
    shown = [(number, *one.texts.values()) for number, one in numbered]
    return entries, shown, [(number, *(each.with_forms for each in one.alike.values())) for number, one in numbered]


_taken = count(1)
_ENTRY = "id, key, kind, group_key, container, tags, date, helpful, fingerprint"


@transaction.atomic
def _insert(rows: Rows) -> None:
    entries, shown, searched = rows
    columns, fields = ", ".join(WEIGHTS), ", ".join(["%s"] * (len(WEIGHTS) + 1))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO search_entry ({_ENTRY}) VALUES ({', '.join(['%s'] * 9)})", entries)
        if connection.vendor == "sqlite":
            for table, values in (("search_words", shown), ("search_index", searched)):
                cursor.executemany(f"INSERT INTO {table} (rowid, {columns}) VALUES ({fields})", values)
            return
        vector = " || ".join(f"setweight(to_tsvector('{CONFIGURATION}', %s), '{LABELS[name]}')" for name in WEIGHTS)
        both = [(*one, *other[1:]) for one, other in zip(shown, searched, strict=True)]
        cursor.executemany(f"INSERT INTO search_words (rowid, {columns}, vector) VALUES ({fields}, {vector})", both)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a migrated, empty database with texts for measuring search.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--documents", type=int, default=100_000)
    options = parser.parse_args()
    # With it every statement is written out and kept, in memory.
    settings.DEBUG = False
    fill(options.folders, options.documents)
    print(json.dumps(indexing()))


if __name__ == "__main__":
    main()
