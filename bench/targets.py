"""What is measured in one seeded database: addresses, a member's and eight writers' sessions. Prints JSON.

It runs as a process of its own, with the environment of the server that will answer.
"""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.belonging import MODERATOR, READER  # noqa: E402
from forum.models import Post, Space, Thread  # noqa: E402
from knowledge.models import ResourcePage  # noqa: E402

WRITERS = 8
SPACE = "bench-0"
OTHERS = {"member of forty": READER, "moderator": MODERATOR}


def session_of(user: User) -> str:
    """A session in the database, as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def full_thread() -> Thread:
    """The newest thread of a public space whose first page has all of its twenty posts."""
    threads = Thread.objects.filter(last_number__range=(20, 39), space__visibility="public")
    found = threads.order_by("-last_post_at").first()
    if found is None:
        raise SystemExit("No public thread has twenty posts. Fill the database with python -m bench.seed first.")
    return found


def phrase() -> str:
    """Two words that stand side by side in some posts: enough of them to fill a page of results."""
    posts = Post.objects.filter(thread__space__visibility="public").order_by("pk")
    return "+".join(posts.values_list("source", flat=True)[0].replace(".", "").lower().split()[:2])


def targets() -> dict[str, Any]:
    thread = full_thread()
    long = Thread.objects.filter(space__visibility="public").order_by("-last_number").first()
    resource = ResourcePage.objects.live().order_by("-pk")[0]
    query = f"?q=%22{phrase()}%22"
    written = Thread.objects.filter(space__slug=SPACE, is_locked=False).order_by("-pk")[1 : WRITERS + 1]
    people = User.objects.filter(handle__startswith="bench-").order_by("pk")[: WRITERS + 1]
    readers = {
        "member": people[0],
        **{name: User.objects.filter(handle=handle).first() for name, handle in OTHERS.items()},
    }
    return {
        "pages": {
            "thread": [thread.get_absolute_url(), f"/plain/thread/{thread.pk}/"],
            "space": [Space.objects.get(slug=SPACE).get_absolute_url(), f"/plain/space/{SPACE}/"],
            "resource": [f"/library/{resource.slug}/", f"/plain/resource/{resource.slug}/"],
            "library": ["/library/", "/plain/library/"],
            "search": [f"/search/{query}", f"/plain/search/{query}"],
        },
        # What stands in the same few documents, however many there are.
        "rare": f"/search/?q=%22{quote(resource.title)}%22",
        "long": [long.get_absolute_url(), f"{long.get_absolute_url()}?page=50"] if long else [],
        "replies": [[f"/community/reply/{thread.pk}/", f"/plain/reply/{thread.pk}/"] for thread in written],
        "readers": {name: session_of(person) for name, person in readers.items() if person},
        "sessions": [session_of(person) for person in people],
        "cookie": settings.SESSION_COOKIE_NAME,
        "posts": Post.objects.count(),
    }


if __name__ == "__main__":
    print(json.dumps(targets()))
