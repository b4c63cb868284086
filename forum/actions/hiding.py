"""Taking posts and threads out of sight and back; `moderation` decides, records and tells.

A space counts the threads and posts that its readers see: hiding takes them off, restoring puts them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from forum.actions.writing import tell_of
from forum.models import Post, Space, Thread
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def hide_post(*, post: Post, actor: User | None) -> None:
    """Leaves a quiet trace in the thread; the post's number stays taken."""
    show_post(post, hide=True)


@transaction.atomic
def restore_post(*, post: Post, actor: User | None) -> None:
    """What its author has deleted stays so."""
    show_post(post, hide=False)


@transaction.atomic
def hide_thread(*, thread: Thread, actor: User | None) -> None:
    """Nobody but moderators sees the thread or anything in it."""
    show_thread(thread, hide=True)


@transaction.atomic
def restore_thread(*, thread: Thread, actor: User | None) -> None:
    """What was deleted, or went into another thread, stays so."""
    hold_opening(thread=thread.pk)
    show_thread(thread, hide=False)


def hold_opening(*, thread: int) -> None:
    """Locks a thread's first post, as everybody does who is about to lock the thread and change both."""
    list(Post.objects.select_for_update(no_key=True).filter(thread=thread, number=1).values_list("pk"))


def show_post(post: Post, *, hide: bool) -> None:
    """Changes what readers see and everything that counts it; within the caller's transaction."""
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if (post.hidden_at is not None) == hide or (post.deleted_at and not hide):
        return
    post.hidden_at = timezone.now() if hide else None
    post.save(update_fields=["hidden_at"])
    if not hide:
        _tell_at_last(post)
    thread = Thread.objects.select_for_update(no_key=True).get(pk=post.thread_id)
    change = -1 if hide else 1
    if post.number > 1:
        thread.reply_count = max(0, thread.reply_count + change)
    thread.helpful = max(0, thread.helpful + change * post.thanks)
    newest = thread.posts.filter(hidden_at__isnull=True).order_by("-number").first()
    thread.last_post_at = newest.created_at if newest else thread.created_at
    thread.last_post_by_id = newest.author_id if newest else thread.author_id
    thread.is_last_nameless = newest.is_nameless if newest else thread.is_nameless
    thread.save(update_fields=["reply_count", "helpful", "last_post_at", "last_post_by", "is_last_nameless"])
    content_changed.send(sender=Post, ids=[post.pk])
    if thread.hidden_at is None:
        recount(thread.space_id, threads=0, posts=change)


def show_thread(thread: Thread, *, hide: bool) -> None:
    """As `show_post`, with all that is in the thread."""
    thread = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    is_gone = thread.deleted_at is not None or thread.merged_into_id is not None
    if (thread.hidden_at is not None) == hide or (is_gone and not hide):
        return
    thread.hidden_at = timezone.now() if hide else None
    thread.save(update_fields=["hidden_at"])
    content_changed.send(sender=Thread, ids=[thread.pk])
    if not hide:
        _tell_at_last(thread.posts.get(number=1))
    posts = dict(thread.posts.values_list("pk", "hidden_at"))
    content_changed.send(sender=Post, ids=list(posts))
    change = -1 if hide else 1
    shown = sum(hidden_at is None for hidden_at in posts.values())
    recount(thread.space_id, threads=change, posts=change * shown)


def _tell_at_last(post: Post) -> None:
    """A post that was held before it appeared is new to everybody now."""
    if post.is_untold:
        post.is_untold = False
        post.save(update_fields=["is_untold"])
        tell_of(post)


def recount(space_id: int, *, threads: int, posts: int) -> None:
    """Adds to what a space counts; within the caller's transaction, and last in it."""
    newest = (
        Thread.objects.listed()
        .filter(space=space_id)
        .order_by("-last_post_at", "-id")
        .values_list("last_post_at", flat=True)
        .first()
    )
    # A count that has gone wrong must not keep anything from being hidden.
    Space.objects.filter(pk=space_id).update(
        thread_count=Greatest(F("thread_count") + threads, 0),
        post_count=Greatest(F("post_count") + posts, 0),
        last_post_at=newest,
    )
