"""Conversations in the site's map: only of spaces whose keepers opened them to outside search engines."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from forum.models import Space, Thread
from forum.models.thread import thread_url
from web import sitemap
from web.sitemap import Line

CHUNK = 2000


def register_all() -> None:
    sitemap.register("spaces", _spaces, _space_lines)
    sitemap.register("threads", _threads, _thread_lines)


def _spaces() -> QuerySet[Space]:
    return Space.objects.readable_by(AnonymousUser()).filter(open_to_search_engines=True)


def _space_lines(rows: QuerySet[Space]) -> Iterator[Line]:
    for space in rows:
        yield space.get_absolute_url(), None


def _threads() -> QuerySet[Thread]:
    return Thread.objects.visible_to(AnonymousUser()).listed().filter(space__open_to_search_engines=True)


def _thread_lines(rows: QuerySet[Thread]) -> Iterator[Line]:
    for pk, slug, changed in rows.values_list("pk", "slug", "last_post_at").iterator(chunk_size=CHUNK):
        yield thread_url(pk, slug), changed
