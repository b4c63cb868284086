"""Measure a large library beside a small one: python -m bench.catalogue --small sqlite:///… --large sqlite:///…

The same pages are asked of both in turns, so that every figure is a ratio and a busy machine slows both. Fill both with
bench/catalogue_seed.py, and `manage.py reindex` each. No server: a process each asks the site's own views.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, Self

from tqdm import tqdm

GOAL = 1.3
ROOT = Path(__file__).resolve().parents[1]
WARM_UP = 3


class Site:
    """A process with the site on one database; it answers how long a page took."""

    def __init__(self, database: str) -> None:
        self.environment = {**os.environ, "DATABASE_URL": database}

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bench.catalogue", "--answer"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=pipe, stdout=pipe, text=True)
        self.targets = self._read()
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate()

    def seconds(self, address: str) -> float:
        print(address, file=self.process.stdin, flush=True)
        return self._read()

    def _read(self) -> Any:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit("The site stopped; what it said stands above.")
        return json.loads(line)


def answer() -> None:
    """The other end of `Site`: first what there is to ask for, then a time for each address that comes in."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from web.models import Allowance

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    editor, _is_new = User.objects.get_or_create(
        email="bench-editor@example.org",
        defaults={"display_name": "Bench", "handle": "bench-editor", "is_staff": True, "is_superuser": True},
    )
    visitor, signed_in = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    signed_in.force_login(editor, backend=settings.AUTHENTICATION_BACKENDS[0])
    print(json.dumps(targets()), flush=True)
    for line in sys.stdin:
        address = line.strip()
        client = signed_in if address.startswith("/cms/") else visitor
        Allowance.objects.all().delete()
        started = time.perf_counter()
        response = client.get(address)
        seconds = time.perf_counter() - started
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}.")
        print(json.dumps(seconds), flush=True)


def targets() -> dict[str, str]:
    """What is asked for, by name; the topic is the one with most resources."""
    from django.db.models import Count

    from knowledge.models import LibraryPage, ResourcePage
    from vocabulary.models import Topic

    topic = Topic.objects.annotate(size=Count("resources")).order_by("-size", "pk")[0]
    programmes = ResourcePage.objects.live().filter(kind="programme").order_by("pk").values_list("pk", flat=True)[:4]
    return {
        "library with facets": "/library/",
        "library, one kind": "/library/?kind=programme",
        "topic page": f"/topics/{topic.slug}/",
        "compare": f"/compare/?{'&'.join(f'id={pk}' for pk in programmes)}",
        "evidence map": "/evidence-map/",
        "admin listing": f"/cms/pages/{LibraryPage.objects.get().pk}/",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure a large library beside a small one.")
    parser.add_argument("--small")
    parser.add_argument("--large")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer()
        return 0
    if not options.small or not options.large:
        parser.error("Name both databases: --small and --large.")
    with Site(options.small) as small, Site(options.large) as large:
        times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in small.targets}
        for number in tqdm(range(options.rounds + WARM_UP), desc="rounds", ncols=80):
            for name, (one, other) in times.items():
                few, many = small.seconds(small.targets[name]), large.seconds(large.targets[name])
                if number >= WARM_UP:
                    one.append(few)
                    other.append(many)
    print("| page | small, ms | large, ms | ratio | goal | met |\n| --- | --- | --- | --- | --- | --- |")
    is_met = True
    for name, (one, other) in times.items():
        ratio = median(other) / median(one)
        is_met &= ratio <= GOAL
        met = "yes" if ratio <= GOAL else "**no**"
        print(f"| {name} | {median(one) * 1000:.0f} | {median(other) * 1000:.0f} | {ratio:.2f} | {GOAL} | {met} |")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
