"""Whom a crowd is made of and what they read, from a seeded database. Prints JSON, as bench.targets does."""

from __future__ import annotations

import json
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.targets import phrase, session_of  # noqa: E402
from forum.models import Space, Thread  # noqa: E402
from knowledge.models import ResourcePage  # noqa: E402

MOST_PEOPLE, MOST_PLACES = 500, 50


def targets() -> dict[str, Any]:
    spaces = Space.objects.filter(visibility__in=Space.OPEN, is_archived=False)
    threads = Thread.objects.listed().filter(space__in=spaces, is_locked=False).order_by("-last_post_at")
    resources = ResourcePage.objects.live().order_by("-pk").values_list("slug", flat=True)[:MOST_PLACES]
    people = User.objects.filter(handle__startswith="bench-", is_active=True).order_by("pk")[:MOST_PEOPLE]
    return {
        "threads": [[thread.pk, thread.get_absolute_url()] for thread in threads[:MOST_PLACES]],
        "spaces": [space.get_absolute_url() for space in spaces[:MOST_PLACES]],
        "resources": [f"/library/{slug}/" for slug in resources],
        "searches": [f"/search/?q={phrase()}"],
        "sessions": [session_of(person) for person in people],
        "cookie": settings.SESSION_COOKIE_NAME,
    }


if __name__ == "__main__":
    print(json.dumps(targets()))
