"""The numbers of posts in their threads, from 1 and without gaps, and what a thread counts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from forum.models import Post, Thread

# Above every number in use: while posts change places, no two may have the same one.
ASIDE = 1_000_000_000
AT_ONCE = 500


def give_numbers(posts: Sequence[Post], thread: Thread) -> None:
    """Puts these posts, and they must be all that it is to have, into the thread in this order."""
    changed = []
    for number, post in enumerate(posts, start=1):
        if (post.thread_id, post.number) != (thread.pk, number):
            post.thread, post.number = thread, number
            changed.append(post)
    for start in range(0, len(changed), AT_ONCE):
        ids = [post.pk for post in changed[start : start + AT_ONCE]]
        Post.objects.filter(pk__in=ids).update(number=F("number") + ASIDE)
    Post.objects.bulk_update(changed, ["thread", "number"], batch_size=AT_ONCE)


def settle(thread: Thread) -> None:
    """Brings what the thread counts up to date with its posts, and saves it."""
    columns = ("number", "created_at", "author", "hidden_at", "thanks", "is_nameless")
    rows = list(thread.posts.order_by("number").values_list(*columns))
    shown = [row for row in rows if row[3] is None]
    thread.last_number = len(rows)
    thread.reply_count = sum(number > 1 for number, *_ in shown)
    thread.helpful = sum(row[4] for row in shown)
    if shown:
        _number, thread.last_post_at, thread.last_post_by_id, *_others, thread.is_last_nameless = shown[-1]
    thread.save()
