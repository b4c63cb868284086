"""The site's engines, measured with judged collections: python -m bench.quality.site FOLDER… prints JSON.

The documents go through the engine's own write(), the queries through what reads an address and through the function
that the search page asks; only the rows behind the hits are not loaded. It runs in a process and with a database of its
own, which `bench.quality` makes: whatever the index holds is taken out of it first.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import AnonymousUser  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import override_settings  # noqa: E402

from bench.quality import sets  # noqa: E402
from bench.quality.scores import WIDE  # noqa: E402
from bench.quality.timed import Measured  # noqa: E402
from search import engines, finding, semantic  # noqa: E402
from search.documents import PUBLIC, Document  # noqa: E402
from search.models import Entry, Stamp  # noqa: E402
from search.query import Query  # noqa: E402
from search.sources import BATCH  # noqa: E402


def documents(texts: Iterable[sets.Text]) -> Iterator[Document]:
    """Each text as a resource that everybody may read. Numbers, not the set's own keys: those can be anything."""
    for number, text in enumerate(texts, start=1):
        key = f"resource:{number}"
        yield Document(key=key, kind="resource", group=key, container=PUBLIC, title=text.title, body=text.body)


def index(found: Iterable[Document]) -> list[str]:
    """Into the engines as a rebuild does it, in the same batches. Their names."""
    embedded, cluster = engines.embedded(), engines.cluster()
    embedded.write([], gone=Entry.objects.values_list("key", flat=True))
    writing = {embedded.name: embedded.write}
    if cluster:
        cluster.begin_rebuild()
        writing[cluster.name] = partial(cluster.build, version=Stamp.take())
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        for write in writing.values():
            write(batch)
        if semantic.is_on():
            _embed(batch)
    if cluster:
        cluster.finish_rebuild()
    # As the database does by itself, some minutes later.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return list(writing)


def _embed(batch: list[Document]) -> None:
    """As the worker does, some minutes later. Its libraries are an extra."""
    from search.semantic import storing

    storing.keep(batch)


def ask(text: str) -> list[str]:
    """The keys of what the search page shows a visitor for this text, as many as are measured."""
    address = QueryDict(mutable=True)
    address["q"] = text
    put = finding.put_to_engine(Query.read(address, size=WIDE), AnonymousUser())
    return [match.key for match in put.answer.found.matches]


def measure(judged: sets.JudgedSet) -> dict[str, Measured]:
    """By the engines' names."""
    numbers = {f"resource:{number}": text.key for number, text in enumerate(judged.documents(), start=1)}
    found = {}
    for name in index(documents(judged.documents())):
        # Without a cluster the site asks the embedded engine.
        with override_settings(**({} if name == "elasticsearch" else {"ELASTICSEARCH_HOSTS": []})):
            found[name] = Measured({}, [])
            for key, text in judged.queries.items():
                started = time.perf_counter()
                ranked = ask(text)
                found[name].seconds.append(time.perf_counter() - started)
                found[name].run[key] = [numbers[each] for each in ranked]
    return found


def main() -> None:
    try:
        found = [measure(sets.read(Path(folder))) for folder in sys.argv[1:]]
        print(json.dumps([{name: asdict(each) for name, each in one.items()} for one in found]))
    finally:
        cluster = engines.cluster()
        if cluster:
            cluster.remove()


if __name__ == "__main__":
    main()
