"""Fill a migrated, empty database with texts of real length: python -m bench.search_seed --documents 100000 DIR…

Each folder holds a corpus.jsonl (`_id`, `title`, `text`), as those of bench/quality do. Texts are opening posts and
replies; when all have been used, they come again with each other's titles. Prints what indexing costs, beside bare
inserts of the same texts, as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.html import escape  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.quality.sets import Text, texts_in  # noqa: E402
from bench.seed import insert, people, spaces  # noqa: E402
from forum.models import Post, Space, Thread  # noqa: E402
from markup.render import RENDERER_VERSION  # noqa: E402
from search import engines  # noqa: E402
from search.documents import WEIGHTS  # noqa: E402
from search.models import Stamp  # noqa: E402
from search.sources import BATCH, SOURCES  # noqa: E402

REPLIES = 3
SAMPLE = 5000


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
    authors, rooms = people(), spaces()
    insert(Thread, threads(endless(folders), number, authors, rooms), number, "threads ")
    first_id = Thread.objects.order_by("pk").values_list("pk", flat=True)[0]
    insert(Post, posts(endless(folders), number, authors, first_id), number * (REPLIES + 1), "posts   ")
    call_command("reindex")
    # A planner without statistics measures its own guesses.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def indexing() -> dict[str, tuple[float, float]]:
    """Documents a second, by engine: written by it, and by bare inserts of the same texts."""
    source = SOURCES["post"]
    numbers = [pk for ids in islice(source.batches(), SAMPLE // BATCH) for pk in ids]
    found = source.documents_for(numbers)
    batches = [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
    embedded, cluster = engines.embedded(), engines.cluster()
    # To write over what is there costs more than to write what is new.
    embedded.write([], gone=[document.key for document in found])
    speeds = {"embedded": (_speed(batches, embedded.write), _speed(batches, _insert))}
    if cluster:
        version = Stamp.take()
        name = cluster.begin_rebuild()
        try:
            ours = _speed(batches, lambda batch: cluster.build(batch, version=version))
            speeds["elasticsearch"] = (ours, _speed(batches, lambda batch: _bulk(cluster.patient, name, batch)))
        finally:
            cluster.patient.indices.delete(index=[name, f"{name}-bare"], ignore_unavailable=True)
    return speeds


def _speed(batches: list[list], write) -> float:
    started = time.perf_counter()
    for batch in batches:
        write(batch)
    return sum(map(len, batches)) / (time.perf_counter() - started)


def _insert(batch: list) -> None:
    """Texts alone, into a table made as the index' own is, in a transaction a batch."""
    marks, columns = ", ".join("%s" for _ in WEIGHTS), ", ".join(WEIGHTS)
    rows = [tuple(document.texts.values()) for document in batch]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS bench_words USING fts5({columns}, tokenize='porter unicode61')"
            )
            cursor.execute("BEGIN")
            cursor.executemany(f"INSERT INTO bench_words ({columns}) VALUES ({marks})", rows)
            cursor.execute("COMMIT")
            return
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_words (text text, vector tsvector)")
        cursor.execute("CREATE INDEX IF NOT EXISTS bench_words_vector ON bench_words USING gin (vector)")
        insert_one = "INSERT INTO bench_words VALUES (%s, to_tsvector('english', %s))"
        cursor.executemany(insert_one, [(" ".join(row), " ".join(row)) for row in rows])


def _bulk(client, index: str, batch: list) -> None:
    from elasticsearch.helpers import bulk

    bulk(client, ({"_index": f"{index}-bare", "_id": one.key, "_source": one.texts} for one in batch))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a migrated, empty database with texts for measuring search.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--documents", type=int, default=100_000)
    options = parser.parse_args()
    fill(options.folders, options.documents)
    try:
        speeds = indexing()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_words")
    print(json.dumps(speeds))


if __name__ == "__main__":
    main()
