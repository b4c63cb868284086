"""What is asked of one database filled by bench/search_seed.py. Prints JSON."""

from __future__ import annotations

import json
import os
import random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402

from forum.models import Post  # noqa: E402
from search.models import Entry  # noqa: E402

QUESTIONS, SHORTEST, LONGEST = 60, 2, 15


def questions() -> list[str]:
    """Runs of words as they stand in texts all over the index, of every length in turn."""
    chance = random.Random(4)  # noqa: S311
    last = Post.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found: list[str] = []
    while len(found) < QUESTIONS:
        words = Post.objects.filter(pk__gte=chance.randint(1, last)).order_by("pk")[0].source.split()
        length = SHORTEST + len(found) % (LONGEST - SHORTEST + 1)
        if len(words) > length:
            start = chance.randrange(len(words) - length)
            found.append(" ".join(words[start : start + length]))
    return found


if __name__ == "__main__":
    known = {"questions": questions(), "documents": Entry.objects.count(), "cookie": settings.SESSION_COOKIE_NAME}
    print(json.dumps(known))
