"""Two posts without a name, and a reflective space: where people say what is hard to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import slugify

from accounts.models import User
from config.demo.conversations import count_in
from config.demo.source import read
from forum.models import Follow, Nameless, Post, Space, SpaceMembership, Thread
from markup.render import RENDERER_VERSION, render
from web.signals import content_changed


def count() -> int:
    return len(read("quiet"))


def load(people: dict[str, User], now: datetime) -> Iterator[str]:
    """Add what is missing, yielding the title of each thread."""
    for row in read("quiet"):
        space = _space(row["space"], people)
        thread = Thread.objects.filter(space=space, title=row["title"]).first()
        thread = thread or _thread(row, space, people, now)
        known = set(thread.posts.values_list("source", flat=True))
        for post in row["posts"]:
            if post["text"] not in known:
                _post(post, thread, people, now)
        count_in(space)
        yield row["title"]


def _space(row: dict[str, Any], people: dict[str, User]) -> Space:
    """The one of that address, made where it is missing; the others only learn that names may be left out."""
    fields = {name: value for name, value in row.items() if name not in ("slug", "people")}
    space, is_new = Space.objects.get_or_create(slug=row["slug"], defaults={**fields, "is_demo": True})
    if not is_new and space.is_demo and row.get("allows_nameless"):
        Space.objects.filter(pk=space.pk).update(allows_nameless=True)
    rows = [
        SpaceMembership(space=space, person=people[key], is_keeper=number == 0)
        for number, key in enumerate(row.get("people", ()))
    ]
    SpaceMembership.objects.bulk_create(rows, ignore_conflicts=True)
    return space


def _thread(row: dict[str, Any], space: Space, people: dict[str, User], now: datetime) -> Thread:
    first = row["posts"][0]
    is_nameless = first.get("nameless", False)
    return Thread.objects.create(
        space=space,
        kind=row["kind"],
        title=row["title"],
        slug=slugify(row["title"])[:80],
        author=None if is_nameless else people[first["author"]],
        is_nameless=is_nameless,
        created_at=now - timedelta(days=first["days_ago"]),
    )


def _post(row: dict[str, Any], thread: Thread, people: dict[str, User], now: datetime) -> None:
    """Written straight into the tables: nobody is told of what never happened."""
    person, is_nameless = people[row["author"]], row.get("nameless", False)
    made = Post.objects.create(
        thread=thread,
        number=thread.last_number + 1,
        author=None if is_nameless else person,
        is_nameless=is_nameless,
        source=row["text"],
        html=render(row["text"]),
        renderer_version=RENDERER_VERSION,
        created_at=now - timedelta(days=row["days_ago"]),
    )
    if is_nameless:
        Nameless.objects.create(post=made, person=person, space=thread.space)
    thread.last_number, thread.reply_count = made.number, made.number - 1
    thread.last_post_at, thread.last_post_by, thread.is_last_nameless = made.created_at, made.author, is_nameless
    thread.save()
    Follow.objects.get_or_create(thread=thread, person=person)
    content_changed.send(sender=Thread, ids=[thread.pk])
    content_changed.send(sender=Post, ids=[made.pk])
