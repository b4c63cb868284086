"""People taking back their own posts. The words go for good soon after, unless a report still needs them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.standing import by_active
from audit.actions import record
from forum.actions.attaching import erase_attachments
from forum.actions.hiding import show_post, show_thread
from forum.actions.linking import renew_links
from forum.actions.polls import erase_poll
from forum.models import Attachment, Post, Reaction, Thread
from moderation.models import Report
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User

UNDO_SECONDS = 30
# A slow phone needs a while to send what was pressed in time.
GRACE = dt.timedelta(seconds=UNDO_SECONDS + 30)
KEPT_FOR_REPORTS = dt.timedelta(days=30)
ERASED_AT_ONCE = 200


@by_active("actor")
def delete_post(*, post: Post, actor: User) -> None:
    """Leaves a trace where others wrote too; a thread in which every post is deleted disappears."""
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if post.hidden_at is not None:
        return
    post.deleted_at = timezone.now()
    post.save(update_fields=["deleted_at"])
    show_post(post, hide=True)
    thread = Thread.objects.select_for_update(no_key=True).get(pk=post.thread_id)
    if not thread.posts.filter(deleted_at__isnull=True).exists():
        thread.deleted_at = post.deleted_at
        thread.save(update_fields=["deleted_at"])
        show_thread(thread, hide=True)
    # The log would name the author of what carries no name.
    record(actor=None if post.is_nameless else actor, verb="post.deleted", subject=post)


@by_active("actor")
def undelete_post(*, post: Post, actor: User) -> bool:
    """Puts it back as it was; False where it is too late, or where there is nothing to put back."""
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if post.deleted_at is None or post.deleted_at < timezone.now() - GRACE or not post.source:
        return False
    post.deleted_at = None
    post.save(update_fields=["deleted_at"])
    thread = Thread.objects.select_for_update(no_key=True).get(pk=post.thread_id)
    if thread.deleted_at is not None:
        thread.deleted_at = None
        thread.save(update_fields=["deleted_at"])
        show_thread(thread, hide=False)
    show_post(post, hide=False)
    record(actor=None if post.is_nameless else actor, verb="post.undeleted", subject=post)
    return True


def erase_deleted() -> int:
    """Takes away the words of posts that can no longer be put back, and says how many.

    What was reported stays readable for moderators for thirty days, and until its reports are decided.
    """
    now = timezone.now()
    due = Post.objects.filter(deleted_at__lt=now - GRACE).exclude(source="")
    old = due.filter(deleted_at__lt=now - KEPT_FOR_REPORTS)
    erased = 0
    for posts, reports in ((due, Report.objects.all()), (old, Report.objects.waiting())):
        free = posts.exclude(reported(reports)).order_by("deleted_at").values_list("pk", flat=True)
        erased += sum(_erase(pk) for pk in list(free[:ERASED_AT_ONCE]))
    return erased


def reported(reports: models.QuerySet[Report]) -> Q:
    """Posts that one of these reports is about, or what hangs on them; one of a thread is one of its first post."""
    types = ContentType.objects.get_for_models(Post, Thread, Attachment)
    post = Exists(reports.filter(content_type=types[Post], object_id=OuterRef("pk")))
    thread = Exists(reports.filter(content_type=types[Thread], object_id=OuterRef("thread")))
    numbers = reports.filter(content_type=types[Attachment]).values("object_id")
    hung = Exists(Attachment.objects.filter(post=OuterRef("pk"), pk__in=numbers))
    return Q(post) | Q(thread, number=1) | Q(hung)


@transaction.atomic
def remove_post(*, post: Post) -> None:
    """The words of what a moderator removed go for good. It is hidden already."""
    _empty(Post.objects.select_for_update(no_key=True).get(pk=post.pk), _("Removed by a moderator"))


@transaction.atomic
def remove_thread(*, thread: Thread) -> None:
    """As `remove_post`, for the title and the first post; what others replied stays hidden with it."""
    opening = Post.objects.select_for_update(no_key=True).get(thread=thread, number=1)
    Thread.objects.filter(pk=thread.pk).update(deleted_at=timezone.now())
    _empty(opening, _("Removed by a moderator"))


@transaction.atomic
def _erase(pk: int) -> bool:
    post = Post.objects.select_for_update(no_key=True).get(pk=pk)
    if post.deleted_at is None or not post.source:
        return False
    _empty(post, _("Deleted by its author"))
    return True


def _empty(post: Post, title: str) -> None:
    """Within the caller's transaction, with the post's row locked. `title`: of the thread, where that is gone too."""
    post.deleted_at = post.deleted_at or timezone.now()
    post.save(update_fields=["deleted_at"])
    take_words(post)
    thread = Thread.objects.select_for_update(no_key=True).get(pk=post.thread_id)
    if thread.answer_id == post.pk:
        thread.answer = None
    if thread.deleted_at is not None:
        thread.title, thread.slug = title, "deleted"
    thread.save(update_fields=["answer", "title", "slug"])
    content_changed.send(sender=Thread, ids=[thread.pk])
    content_changed.send(sender=Post, ids=[post.pk])


def take_words(post: Post) -> None:
    """Erases what a post said, now and earlier, and what hangs on it; within the caller's transaction."""
    post.write("")
    renew_links(post)
    erase_poll(post)
    post.thanks = post.same = post.attachment_count = 0
    fields = ["source", "html", "renderer_version", "link_count", "has_poll", "thanks", "same", "attachment_count"]
    post.save(update_fields=fields)
    post.revisions.all().delete()
    erase_attachments(post.attachments.select_related("image", "document"))
    Reaction.objects.filter(post=post).delete()
