"""What is done to a whole thread: what helped, pinning, locking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.standing import by_active
from audit.actions import record
from forum.models import Post, Thread
from forum.nameless import began, wrote
from notifications.actions import announce
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User


@by_active("actor")
def choose_answer(*, thread: Thread, post: Post | None, actor: User) -> None:
    """Says which post helped, or with None that none did. The post's author is told.

    Errors: ValueError for the opening, a hidden post, or one of another thread, as they are by now.
    """
    if post is not None:
        post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if post is not None and (post.thread_id != thread.pk or post.number == 1 or post.hidden_at is not None):
        raise ValueError("Only a reply in this thread that is not hidden can be what helped.")
    locked = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    if locked.answer_id == (post and post.pk):
        return
    if post is not None and not locked.is_asking:
        raise ValueError("Only a question or a problem has something that helped.")
    locked.answer = post
    locked.save(update_fields=["answer"])
    if post is not None and not wrote(actor, post):
        # Whoever asked without their name marks without it.
        is_secret = thread.is_nameless and began(actor, thread)
        announce(kind="answer_chosen", actor=None if is_secret else actor, subject=post)
    content_changed.send(sender=Thread, ids=[thread.pk])


@by_active("actor")
def set_pinned(*, thread: Thread, actor: User, pinned: bool) -> None:
    if Thread.objects.filter(pk=thread.pk, is_pinned=not pinned).update(is_pinned=pinned):
        record(actor=actor, verb="thread.pinned" if pinned else "thread.unpinned", subject=thread)


@by_active("actor")
def set_locked(*, thread: Thread, actor: User, locked: bool) -> None:
    if Thread.objects.filter(pk=thread.pk, is_locked=not locked).update(is_locked=locked):
        record(actor=actor, verb="thread.locked" if locked else "thread.unlocked", subject=thread)
