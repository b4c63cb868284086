"""The rows behind what an engine found, through each model's own rule of seeing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.prepared import PreparedForReader
from events.models import WebinarPage
from forum.models import Post
from knowledge.models import ResourcePage
from search.query import PAGE_SIZE, Match

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PageRow(NamedTuple):
    pk: int
    title: str
    url_path: str
    kind: str = ""
    publisher: str = ""
    year: int | None = None


class PostRow(NamedTuple):
    """A post with what its row says of its thread."""

    pk: int
    number: int
    created_at: datetime
    thread_id: int
    thread__title: str
    thread__slug: str
    thread__kind: str
    thread__answer_id: int | None
    thread__reply_count: int
    thread__last_post_at: datetime
    thread__space__name: str


Row = PageRow | PostRow | User


def _names(of: str) -> list[str]:
    """Parameters for as many rows as a page has at most."""
    return [f"{of}{place}" for place in range(PAGE_SIZE)]


def _filled(of: str, ids: Sequence[int]) -> dict[str, int]:
    """Values for `_names`: what a page has fewer of is asked for as row 0, which there never is."""
    return dict(zip(_names(of), [*ids, *[0] * (PAGE_SIZE - len(ids))], strict=True))


def _some_resources(reader: User | AnonymousUser, **ids: int) -> QuerySet[ResourcePage, Any]:
    found = ResourcePage.objects.visible_to(reader).filter(pk__in=list(ids.values()))
    return found.order_by().values_list(*PageRow._fields)


def _some_posts(reader: User | AnonymousUser, **ids: int) -> QuerySet[Post, Any]:
    posts, threads = ([ids[name] for name in _names(of)] for of in ("post", "thread"))
    found = Post.objects.visible_to(reader).filter(hidden_at__isnull=True, thread__hidden_at__isnull=True)
    found = found.filter(Q(pk__in=posts) | Q(thread__in=threads, number=1))
    return found.order_by().values_list(*PostRow._fields)


RESOURCES = PreparedForReader(_some_resources, *_names("resource"))
POSTS = PreparedForReader(_some_posts, *_names("post"), *_names("thread"))


def load(matches: Iterable[Match], user: User | AnonymousUser) -> dict[str, Row]:
    """The rows behind these matches that this reader may see, by key; one query for each sort of row.

    Few columns and no models but for people: making models of twenty pages costs more than all queries together.
    """
    ids: dict[str, list[int]] = defaultdict(list)
    for match in matches:
        name, _colon, number = match.key.partition(":")
        ids[name].append(int(number))
    rows: dict[str, Row] = {}
    if ids["thread"] or ids["post"]:
        rows |= _load_posts(ids["thread"], ids["post"], user)
    if ids["resource"]:
        resources = RESOURCES.rows(user, **_filled("resource", ids["resource"]))
        rows |= {f"resource:{row[0]}": PageRow(*row) for row in resources}
    if ids["webinar"]:
        webinars = WebinarPage.objects.visible_to(user).filter(pk__in=ids["webinar"])
        rows |= {
            f"webinar:{row[0]}": PageRow(*row) for row in webinars.order_by().values_list("pk", "title", "url_path")
        }
    if ids["person"]:
        people = User.objects.visible_to(user).listed().filter(pk__in=ids["person"])
        rows |= {f"person:{person.pk}": person for person in people.select_related("sector", "place")}
    return rows


def _load_posts(threads: list[int], posts: list[int], user: User | AnonymousUser) -> dict[str, Row]:
    """Posts by their own keys, and opening posts by those of their threads. What is hidden is not in search at all."""
    found = POSTS.rows(user, **_filled("post", posts), **_filled("thread", threads))
    rows = [PostRow(*row) for row in found]
    return {f"thread:{row.thread_id}" if row.number == 1 else f"post:{row.pk}": row for row in rows}
