"""What posts point at, found when they are written: docs/decisions/cards-are-drawn-for-each-reader.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from wagtail.models import Page

from forum.models import Post, PostLink, Thread
from markup.links import may_point_within, paths_within
from markup.markdown import SourceTooLong
from web.cards import is_numbered, page_at

MOST_LINKS = 5
# So many addresses of a post are looked up; whoever writes more wants something else than cards.
MOST_ADDRESSES = 20


class Target(NamedTuple):
    """A post with its thread, or a page of the CMS."""

    post: int | None = None
    thread: int | None = None
    page: int | None = None


def targets_of(source: str, *, own: int | None = None) -> list[Target]:
    """What member text points at, at most five, but for `own`, the thread in which it stands.

    No query where it has no address of this site. Errors: markup.markdown.SourceTooLong.
    """
    if not may_point_within(source, settings.BASE_URL):
        return []
    found: dict[Target, None] = {}
    for path in paths_within(source, settings.BASE_URL)[:MOST_ADDRESSES]:
        target = _target_at(path)
        if target is not None and (target.thread is None or target.thread != own):
            found[target] = None
        if len(found) == MOST_LINKS:
            break
    return list(found)


def _target_at(path: str) -> Target | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.view_name == "forum:thread":
        return _post(thread=match.kwargs["pk"])
    if match.view_name == "forum:post":
        return _post(post=match.kwargs["pk"])
    page = match.kwargs["pk"] if is_numbered(match.view_name) else page_at(path)
    return _page(page) if page else None


def _post(*, thread: int | None = None, post: int | None = None) -> Target | None:
    """A post, or the first of a thread; one that was merged has its own first post elsewhere by now."""
    wanted = Post.objects.filter(pk=post) if post else Post.objects.filter(thread=thread, number=1)
    row = wanted.values_list("pk", "thread").first()
    if row is None and thread:
        row = _first_of_merged(thread)
    return Target(post=row[0], thread=row[1]) if row else None


def _first_of_merged(thread: int) -> tuple[int, int] | None:
    into = Thread.objects.filter(pk=thread).values_list("merged_into", flat=True).first()
    return Post.objects.filter(thread=into or 0, number=1).values_list("pk", "thread").first()


def _page(pk: int) -> Target | None:
    return Target(page=pk) if Page.objects.filter(pk=pk).exists() else None


def add_links(post: Post, targets: Iterable[Target]) -> None:
    """Writes down what a new post points at; within the caller's transaction."""
    rows = [
        PostLink(
            post=post,
            target_id=target.post,
            thread_id=target.thread,
            page_id=target.page,
            created_at=post.created_at,
        )
        for target in targets
    ]
    PostLink.objects.bulk_create(rows, ignore_conflicts=True)


def renew_links(post: Post) -> None:
    """After new words: what the post points at now, and how much; does not save the number."""
    targets = targets_of(post.source, own=post.thread_id)
    if post.link_count:
        post.links.all().delete()
    post.link_count = len(targets)
    if targets:
        add_links(post, targets)


def links_follow(posts: Iterable[Post], thread: Thread) -> None:
    """Posts have come to a thread: what points at them points at that thread."""
    PostLink.objects.filter(target__in=[post.pk for post in posts]).exclude(thread=thread).update(thread=thread)


@transaction.atomic
def link_again(pk: int) -> bool:
    """Brings the links of one post up to date; whether it has any."""
    post = Post.objects.select_for_update(no_key=True).get(pk=pk)
    try:
        renew_links(post)
    except SourceTooLong:
        return False
    post.save(update_fields=["link_count"])
    return bool(post.link_count)
