"""Measure a harvest over OAI-PMH: DATABASE_URL=… python -m bench.harvest [--records 50000]

A repository of made-up records answers on this machine, a hundred records and a resumption token at a time, in a
process of its own; the site's own harvester asks it. Memory is read after the first tenth and at the end. Writes into
the database that the settings name; use one that is thrown away afterwards.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import resource
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

import django
from tqdm import tqdm

from bench.imports import records

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ANSWER = 100
EVERY_DELETED = 50
# The catalogue of titles that duplicates are looked for in grows by less than a kilobyte a record; nothing else may.
GROWTH_GOAL, MEMORY_GOAL = 1.0, 300
THEN = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
HERE = "127.0.0.1"


class Mark(NamedTuple):
    """How far a harvest has come: records that were read, seconds since it began, and the most memory until then."""

    read: int
    seconds: float
    megabytes: float


def answer(number: int, total: int, run: int) -> bytes:
    """The `number`th answer of a repository with so many records; each `run` has others."""
    from knowledge.exchange import oai

    cursor = number * ANSWER
    rows = []
    for place, item in enumerate(records(min(ANSWER, total - cursor), run * 1_000_000 + number), cursor):
        header = oai.Header(f"oai:bench:{run}:{place}", THEN, is_deleted=place % EVERY_DELETED == EVERY_DELETED - 1)
        rows.append(oai.record(header, item))
    token = f"{run}.{number + 1}" if cursor + ANSWER < total else ""
    body = oai.listing("ListRecords", "".join(rows), token, cursor)
    return oai.answer(f"http://{HERE}/oai", {"verb": "ListRecords"}, body, THEN).encode()


def repository(total: int, run: int, told: Connection) -> None:
    """Answer as long as there is somebody who measures; `told` hears at which port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query).get("resumptionToken", [f"{run}.0"])[0]
            content = answer(int(token.partition(".")[2]), total, run)
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer((HERE, 0), Handler)
    told.send(server.server_port)
    server.timeout = 1
    parent = multiprocessing.parent_process()
    while parent and parent.is_alive():
        server.handle_request()


def ask(url: str) -> bytes:
    """As the harvester asks; only this machine's own address, which it would refuse, is let through here."""
    from knowledge.actions.harvesting import MOST_BYTES
    from outbox.fetching import fetch

    return fetch(url, most_bytes=MOST_BYTES, is_public=lambda address: address == HERE, any_port=True).body


def measure(total: int, run: int, port: int) -> list[Mark]:
    """Harvest all of it; a mark after each answer."""
    from knowledge.actions.harvesting import harvest
    from knowledge.models import Source

    source = Source.objects.create(url=f"http://{HERE}:{port}/oai", subset=str(run))
    marks, started, taken = [Mark(0, 0, _megabytes())], time.perf_counter(), 0
    with tqdm(total=total, unit="records", ncols=80) as bar:
        for number, (more, _passed) in enumerate(harvest(source, ask, pause=0), 1):
            taken += more
            marks.append(Mark(min(number * ANSWER, total), time.perf_counter() - started, _megabytes()))
            bar.update(marks[-1].read - marks[-2].read)
    if taken != total - total // EVERY_DELETED:
        raise SystemExit(f"Only {taken} of {total} were taken: is this database empty of earlier runs?")
    return marks


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(marks: list[Mark]) -> bool:
    """Print what was measured. Whether the goals are met."""
    first, last = marks[max(len(marks) // 10, 1)], marks[-1]
    before = marks[-max(len(marks) // 10, 1) - 1]
    growth = 1024 * (last.megabytes - first.megabytes) / max(last.read - first.read, 1)
    print(f"{last.read} records in {last.seconds:.0f} s: {first.read / first.seconds:.0f} a second of the first tenth,")
    print(f"{(last.read - before.read) / (last.seconds - before.seconds):.0f} of the last;")
    print(f"peak {first.megabytes:.0f} MB after {first.read} records, {last.megabytes:.0f} MB after {last.read}")
    print(f"(goal {MEMORY_GOAL}): {growth:.2f} kB for each further record (goal {GROWTH_GOAL})")
    return growth <= GROWTH_GOAL and last.megabytes <= MEMORY_GOAL


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure a harvest over OAI-PMH.")
    parser.add_argument("--records", type=int, default=50_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from knowledge.models import Source

    # Else Django keeps each statement.
    settings.DEBUG = False
    run = Source.objects.count()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=repository, args=(options.records, run, theirs), daemon=True)
    process.start()
    try:
        marks = measure(options.records, run, ours.recv())
    finally:
        process.terminate()
    return 0 if say(marks) else 1


if __name__ == "__main__":
    sys.exit(main())
