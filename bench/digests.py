"""How long the summaries of one morning take, and how much memory: `python -m bench.digests --people 50000`.

Writes into the database that the settings name; use one that is thrown away afterwards.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import resource
import sys
import time
from zoneinfo import ZoneInfo

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

BATCH = 2000
SPACES, THREADS, FOLLOWED = 40, 2000, 5
DAY = dt.date(2026, 1, 13)  # a Tuesday


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    wanted = parser.parse_args()
    django.setup()
    # Else Django keeps each statement, and these carry the e-mails.
    settings.DEBUG = False
    seed(wanted.people)
    seconds, written = run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{written} summaries for {wanted.people} members in {seconds:.0f} s, {peak} MB at most")
    return 0 if seconds < 600 and peak < 300 else 1


def seed(people: int) -> None:
    """Members who follow a few of forty spaces, in which a busy week of threads began."""
    from django.contrib.auth.models import Group

    from accounts.models import MEMBER, User
    from forum.models import Space, Thread
    from notifications.models import Following

    chance = random.Random(1)  # noqa: S311
    kinds = ("public", "members", "ask")
    spaces = [Space(name=f"Space {n}", slug=f"bench-{n}", purpose="x", visibility=kinds[n % 3]) for n in range(SPACES)]
    Space.objects.bulk_create(spaces)
    group, _made = Group.objects.get_or_create(name=MEMBER)
    for start in range(0, people, BATCH):
        numbers = range(start, min(start + BATCH, people))
        made = User.objects.bulk_create(
            User(email=f"bench{n}@example.org", display_name=f"Member {n}", handle=f"bench-{n}") for n in numbers
        )
        User.groups.through.objects.bulk_create(User.groups.through(user=person, group=group) for person in made)
        Following.objects.bulk_create(
            Following(person=person, kind="space", object_id=space.pk, wish="follow")
            for person in made
            for space in chance.sample(spaces, FOLLOWED)
        )
    author = User.objects.get(handle="bench-0")
    end = dt.datetime.combine(DAY, dt.time(7), ZoneInfo("Europe/London"))
    Thread.objects.bulk_create(
        Thread(
            space=chance.choice(spaces), title=f"Thread {n}", slug="x", author=author, last_post_by=author,
            created_at=end - dt.timedelta(minutes=4 * n), last_post_at=end - dt.timedelta(minutes=4 * n), last_number=1,
        )
        for n in range(THREADS)
    )  # fmt: skip


def run() -> tuple[float, int]:
    """Batch after batch, as the worker does. Seconds, and how many were written."""
    from notifications import digests
    from notifications.models import Digest
    from outbox.actions import drain

    started = time.monotonic()
    digests.enqueue_batch({"frequency": "weekly", "zone": "Europe/London", "day": DAY.isoformat(), "after": 0})
    drain([digests.KIND])
    return time.monotonic() - started, Digest.objects.filter(day=DAY).count()


if __name__ == "__main__":
    sys.exit(main())
