"""Threads and posts as documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from forum.models import Post, Thread
from search import documents
from search.documents import Document
from search.engines.statement import marks
from search.hanging import words_with
from search.sources.filing import places_above

# To be what helped counts as much as so many thanks.
ANSWER = 3


def threads() -> QuerySet:
    opening = Post.objects.filter(thread=OuterRef("pk"), number=1, hidden_at__isnull=True)
    posts = Post.objects.filter(number=1).only("thread", "html", "thanks", "has_poll", "attachment_count")
    found = Thread.objects.filter(Exists(opening), hidden_at__isnull=True, space__is_reflective=False).select_related(
        "space__place"
    )
    return found.prefetch_related(Prefetch("posts", posts, to_attr="first_posts"))


def posts() -> QuerySet:
    shown = Post.objects.filter(number__gt=1, hidden_at__isnull=True, thread__hidden_at__isnull=True)
    found = shown.filter(thread__space__is_reflective=False)
    return found.select_related("thread__space__place")


def is_found(post: Post) -> bool:
    is_shown = post.hidden_at is None and post.thread.hidden_at is None
    return post.number > 1 and is_shown and not post.thread.space.is_reflective


def thread_documents(threads: list[Thread]) -> Iterator[Document]:
    filed = _filed_under(threads)
    hanging = words_with(thread.first_posts[0] for thread in threads)  # type: ignore[attr-defined]
    for thread in threads:
        opening = thread.first_posts[0]  # type: ignore[attr-defined]
        document = _in_thread(thread, filed, key=f"thread:{thread.pk}", body=_body(opening, hanging))
        yield replace(document, helpful=opening.thanks)


def post_documents(posts: list[Post]) -> Iterator[Document]:
    filed = _filed_under([post.thread for post in posts])
    hanging = words_with(posts)
    for post in posts:
        yield _in_thread(post.thread, filed, key=f"post:{post.pk}", body=_body(post, hanging), post=post)


def _body(post: Post, hanging: dict[int, str]) -> str:
    return "\n".join(filter(None, (documents.plain(post.html), hanging.get(post.pk))))


_TAGS = """
    SELECT x.thread_id, 'topic', t.slug FROM vocabulary_topic t
      JOIN forum_thread_topics x ON x.topic_id = t.id WHERE x.thread_id IN ({marks})
    UNION ALL
    SELECT x.thread_id, 'sector', s.slug FROM vocabulary_sector s
      JOIN forum_thread_sectors x ON x.sector_id = s.id WHERE x.thread_id IN ({marks})
"""


class Filed(NamedTuple):
    """Slugs of what threads are filed under: topics and sectors by facet and thread, places by place."""

    tags: dict[tuple[str, int], list[str]]
    places: dict[int, tuple[str, ...]]

    def of(self, facet: str, thread: Thread) -> tuple[str, ...]:
        return tuple(sorted(self.tags.get((facet, thread.pk), ())))


def _filed_under(threads: list[Thread]) -> Filed:
    """Two queries at most. By hand: each reply asks, and the ORM takes longer over it than over inserting the reply."""
    ids = sorted({thread.pk for thread in threads})
    tags: dict[tuple[str, int], list[str]] = {}
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_TAGS.format(marks=marks(ids)), [*ids, *ids])
            for pk, facet, slug in cursor.fetchall():
                tags.setdefault((facet, pk), []).append(slug)
    return Filed(tags, places_above(thread.space.place for thread in threads))


def _in_thread(thread: Thread, filed: Filed, *, key: str, body: str, post: Post | None = None) -> Document:
    """The thread's own document, or one of its posts': all that filters ask for is the same."""
    return Document(
        key=key,
        kind="discussion",
        group=f"thread:{thread.pk}",
        container=thread.space.container,
        within=(thread.space.container, f"discussion:{thread.pk}"),
        title="" if post else thread.title,
        context=thread.title if post else "",
        body=body,
        type=thread.kind,
        topics=filed.of("topic", thread),
        sectors=filed.of("sector", thread),
        places=filed.places.get(thread.space.place_id or 0, ()),
        # A reply brings its own date: the thread's document need not change with each. Its year, that is counted for
        # groups, is the thread's.
        date=(post or thread).created_at,
        year=thread.created_at.year,
        is_answered=thread.answer_id is not None if thread.is_asking else None,
        replies=thread.reply_count,
        helpful=post.thanks + ANSWER * (post.pk == thread.answer_id) if post else 0,
    )
