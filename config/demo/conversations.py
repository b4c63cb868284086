"""Spaces and threads of the demo, written straight into the tables: nobody is notified of what never happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.text import slugify
from django.utils.timezone import localtime

from accounts.models import User
from config.demo.source import read, thread_files
from forum.actions import renew_links
from forum.models import Follow, Post, Space, SpaceMembership, Thread
from knowledge.models import ResourcePage
from markup.render import RENDERER_VERSION, render
from notifications.models import Following
from vocabulary.models import Place, Sector, Topic
from web.signals import content_changed

FIRST_HOUR = 7
# Before midnight.
LAST_HOURS = 3
_PLACE = re.compile(r"{(thread|resource):([^}]+)}")


def load_spaces(people: dict[str, User]) -> dict[str, Space]:
    """Add the spaces that are missing, with their keepers and members. Returns all by slug."""
    for position, row in enumerate(read("spaces")):
        fields = {
            "name": row["name"],
            "purpose": row["purpose"],
            "welcome_source": row["welcome"],
            "welcome_html": render(row["welcome"]),
            "welcome_version": RENDERER_VERSION,
            "visibility": row["visibility"],
            "who_starts": row.get("who_starts", Space.Who.MEMBERS),
            "open_to_search_engines": row["open_to_search_engines"],
            "place": Place.objects.filter(slug=row["place"]).first(),
            "sector": Sector.objects.filter(slug=row["sector"]).first(),
            "topic": Topic.objects.filter(slug=row.get("topic")).first(),
            "project": row.get("project", ""),
            "parent": Space.objects.filter(slug=row.get("parent")).first(),
            "rules_source": row.get("rules", ""),
            "rules_html": render(row.get("rules", "")),
            "rules_version": RENDERER_VERSION,
            "position": position,
            "is_demo": True,
        }
        space, _ = Space.objects.get_or_create(slug=row["slug"], defaults=fields)
        SpaceMembership.objects.bulk_create(
            (
                SpaceMembership(
                    space=space,
                    person=people[key],
                    is_keeper=key in row["keepers"],
                    is_named=key in row.get("named", []),
                )
                for key in dict.fromkeys([*row["keepers"], *row["members"]])
            ),
            ignore_conflicts=True,
        )
    return {space.slug: space for space in Space.objects.filter(is_demo=True)}


def load_threads(people: dict[str, User], spaces: dict[str, Space], now: datetime) -> Iterator[str]:
    """Add the threads that are missing, yielding the title of each."""
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    sectors = {sector.slug: sector for sector in Sector.objects.all()}
    pages = dict(ResourcePage.objects.filter(is_demo=True).values_list("slug", "pk"))
    for name in thread_files():
        space = spaces[name.partition("/")[2]]
        known = set(space.threads.values_list("title", flat=True))
        for row in read(name):
            if row["title"] not in known:
                thread = _thread(row, space, people, pages.get(row["resource"]), now)
                thread.topics.set([topics[slug] for slug in row["topics"]])
                thread.sectors.set([sectors[slug] for slug in row["sectors"]])
            yield row["title"]
        count_in(space)
    _point()
    _follow()
    _announce(*_ids())


def _point() -> None:
    """Writes out the addresses of what posts point at, which nobody knew before all was there."""
    for post in Post.objects.filter(thread__space__is_demo=True, source__contains="({").order_by("pk"):
        post.write(_PLACE.sub(_address, post.source))
        renew_links(post)
        post.save(update_fields=["source", "html", "renderer_version", "link_count"])


def _address(place: re.Match[str]) -> str:
    if place[1] == "thread":
        thread = Thread.objects.filter(space__is_demo=True, title=place[2]).first()
        return thread.get_absolute_url() if thread else "/community/"
    page = ResourcePage.objects.filter(is_demo=True, slug=place[2]).first()
    return page.url if page else "/library/"


def _follow() -> None:
    """Everybody follows the spaces that they have joined and the topics of what they began."""
    joined = SpaceMembership.objects.filter(space__is_demo=True, person__is_demo=True).values_list("person", "space")
    began = Thread.objects.filter(space__is_demo=True, author__is_demo=True, topics__isnull=False)
    wanted = {(person, "space", pk) for person, pk in joined}
    wanted |= {(person, "topic", pk) for person, pk in began.values_list("author", "topics")}
    rows = [Following(person_id=person, kind=kind, object_id=pk, wish="follow") for person, kind, pk in sorted(wanted)]
    Following.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def count() -> int:
    return sum(len(read(name)) for name in thread_files())


def _thread(row: dict, space: Space, people: dict[str, User], page_id: int | None, now: datetime) -> Thread:
    times = _times(row, now)
    thread = Thread.objects.create(
        space=space,
        kind=row["kind"],
        title=row["title"],
        slug=slugify(row["title"])[:80].strip("-"),
        author=people[row["author"]],
        page_id=page_id,
        reply_count=len(row["posts"]) - 1,
        last_number=len(row["posts"]),
        last_post_at=times[-1],
        last_post_by=people[row["posts"][-1]["author"]],
        is_pinned=row["pinned"],
        created_at=times[0],
    )
    Post.objects.bulk_create(
        Post(
            thread=thread,
            number=number,
            author=people[post["author"]],
            source=post["text"],
            html=render(post["text"]),
            renderer_version=RENDERER_VERSION,
            created_at=at,
        )
        for number, (post, at) in enumerate(zip(row["posts"], times, strict=True), start=1)
    )
    if row["answer"]:
        thread.answer = thread.posts.get(number=row["answer"])
        thread.save(update_fields=["answer"])
    writers = dict.fromkeys(post["author"] for post in row["posts"])
    Follow.objects.bulk_create(Follow(thread=thread, person=people[key]) for key in writers)
    return thread


def _times(row: dict, now: datetime) -> list[datetime]:
    """When each post was written: in order, never in the future, and by day, for whoever loads the demo at night."""
    started = now - timedelta(days=row["days_ago"])
    times: list[datetime] = []
    for post in row["posts"]:
        at = started + timedelta(hours=post["after_hours"])
        hour = localtime(at).hour
        if hour < FIRST_HOUR:
            morning = at + timedelta(hours=FIRST_HOUR - hour)
            at = morning if morning <= now else at - timedelta(hours=hour + LAST_HOURS)
        earliest = times[-1] + timedelta(minutes=1) if times else at
        times.append(min(max(at, earliest), now))
    return times


def count_in(space: Space) -> None:
    """Set the space's counters from its rows."""
    threads = space.threads.all()
    space.thread_count = threads.count()
    space.post_count = Post.objects.filter(thread__space=space).count()
    space.last_post_at = threads.order_by("-last_post_at").values_list("last_post_at", flat=True).first()
    space.save(update_fields=["thread_count", "post_count", "last_post_at"])


def real_posts() -> int:
    """Posts that real people wrote in the demo's spaces."""
    real = Q(author__is_demo=False) | Q(nameless__person__is_demo=False)
    return Post.objects.filter(real, thread__space__is_demo=True).count()


def remove() -> None:
    ids = _ids()
    threads = Thread.objects.filter(space__is_demo=True)
    threads.update(answer=None)
    threads.delete()
    Space.objects.filter(is_demo=True).delete()
    _announce(*ids)


def _ids() -> tuple[list[int], list[int]]:
    """Of all threads and posts in the demo's spaces."""
    threads = Thread.objects.filter(space__is_demo=True)
    posts = Post.objects.filter(thread__in=threads)
    return list(threads.values_list("pk", flat=True)), list(posts.values_list("pk", flat=True))


def _announce(threads: list[int], posts: list[int]) -> None:
    content_changed.send(sender=Thread, ids=threads)
    content_changed.send(sender=Post, ids=posts)
