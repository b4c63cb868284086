"""Measure imports beside Wagtail's own calls: DATABASE_URL=… python -m bench.imports [--records 5000] [--rounds 3]

Both make the same pages with the same people and first revisions, in turns, a hundred in a transaction. Ours also reads
the file, checks each record and looks for duplicates. Everything that is made is taken back again. Beside the time that
passes stands this process's own: on a busy machine it says more, but not what a database server does.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import django
from tqdm import tqdm

if TYPE_CHECKING:
    from knowledge.models import Import

GOAL, MEMORY_GOAL = 0.8, 300
WORDS = (
    "sleep speech feeding housing play bonding school language risk support mothers fathers infants nursery wards"
    " evidence trial review cohort families visits outcomes weaning poverty asthma vaccination reading group"
)


class Took(NamedTuple):
    passed: float
    processor: float


def now() -> Took:
    return Took(time.perf_counter(), time.process_time())


def since(began: Took) -> Took:
    return Took(time.perf_counter() - began.passed, time.process_time() - began.processor)


def records(count: int, seed: int) -> list[dict]:
    """Made-up items with all that an import looks at."""
    chance, words = random.Random(seed), WORDS.split()  # noqa: S311
    return [
        {
            "type": "article-journal",
            "title": f"{' '.join(chance.sample(words, 9)).capitalize()} {seed}-{number}",
            "author": [{"family": f"Family{chance.randrange(900)}", "given": "Ann B."} for _ in range(3)],
            "issued": {"date-parts": [[2000 + number % 25, 1 + number % 12]]},
            "container-title": "Journal of Early Years",
            "volume": str(number % 40),
            "page": "10-19",
            "DOI": f"10.1000/bench.{seed}.{number}",
            "URL": f"https://example.org/bench/{seed}/{number}",
            "abstract": ". ".join(" ".join(chance.sample(words, 12)).capitalize() for _ in range(8)) + ".",
            "keyword": "; ".join(chance.sample(words, 4)),
        }
        for number in range(count)
    ]


def ours(items: list[dict]) -> tuple[Took, Import]:
    """Seconds for a whole import from its file, and the import, so that it can be taken back."""
    from knowledge.actions import imports
    from knowledge.exchange import csl

    content = "".join(csl.write(items)).encode()
    started = now()
    job = imports.start(actor=None, name="bench.json", content=content, kind="research")
    imports.advance(job)
    job.state = imports.State.RUNNING
    job.save()
    imports.advance(job)
    took = since(started)
    if job.made != len(items):
        raise SystemExit(f"Only {job.made} of {len(items)} were made: is this database empty of earlier runs?")
    return took, job


def wagtails(items: list[dict]) -> Took:
    """Seconds for the same pages by `add_child` and `save_revision`; they are deleted afterwards."""
    from django.db import transaction
    from django.utils.text import slugify

    from knowledge import citing
    from knowledge.actions.imports import BATCH
    from knowledge.exchange.record import tidy
    from knowledge.models import LibraryPage

    library, made = LibraryPage.objects.get(), []
    prepared = [citing.page_of(tidy(item), kind="research") for item in items]
    started = now()
    for begin in range(0, len(prepared), BATCH):
        with transaction.atomic():
            for page, people in prepared[begin : begin + BATCH]:
                page.slug, page.live = slugify(page.title), False
                page.people.set(people)
                library.add_child(instance=page)
                page.save_revision(clean=False)
                made.append(page)
    took = since(started)
    for page in made:
        page.delete()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure imports beside Wagtail's own calls.")
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from knowledge.actions import imports

    # Else Django keeps each statement.
    settings.DEBUG = False
    pairs = []
    for number in tqdm(range(options.rounds), desc="rounds", ncols=80):
        items = records(options.records, number)
        theirs = wagtails(items) if number % 2 else None
        mine, job = ours(items)
        job.state = imports.State.UNDOING
        imports.advance(job)
        pairs.append((mine, theirs or wagtails(items)))
    ratio = median(theirs.passed / mine.passed for mine, theirs in pairs)
    processor = median(theirs.processor / mine.processor for mine, theirs in pairs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = options.records / median(mine.passed for mine, _theirs in pairs)
    print(
        f"{options.records} records: {rate:.0f} a second; {ratio:.2f} times as fast as Wagtail's calls (goal {GOAL});"
    )
    print(f"by the processor's time {processor:.2f} times;")
    print(f"peak {memory:.0f} MB (goal {MEMORY_GOAL})")
    return 0 if ratio >= GOAL and memory <= MEMORY_GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
