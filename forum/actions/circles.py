"""Reflective spaces: a moderator comes in after a report, a request stops the expiry, and posts expire."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.standing import by_active
from audit.actions import record
from forum.actions.deleting import reported, take_words
from forum.actions.hiding import show_post
from forum.actions.writing import CIRCLE_SLUG
from forum.models import CircleHold, CircleVisit, Nameless, Post, Space, Thread
from moderation.models import Report
from notifications.actions import announce
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User

EXPIRED_AT_ONCE = 200


@by_active("actor")
def enter_circle(*, space: Space, actor: User, report: Report, reason: str) -> CircleVisit:
    """A moderator reads it for seven days. The circle is told and sees when and why; that it is logged, too."""
    now = timezone.now()
    made = CircleVisit.objects.create(
        space=space,
        moderator=actor,
        reference=report.reference,
        reason=reason,
        created_at=now,
        ends_at=now + CircleVisit.LASTS,
    )
    record(actor=actor, verb="space.entered", subject=space, detail={"report": report.reference, "visit": made.pk})
    announce(kind="circle_entered", actor=actor, subject=made)
    return made


@by_active("actor")
def hold_circle(*, space: Space, actor: User, reason: str) -> None:
    """Nothing in it expires from now on. Twice is once."""
    made, is_new = CircleHold.objects.get_or_create(
        space=space, ended_at=None, defaults={"reason": reason, "actor": actor}
    )
    if is_new:
        record(actor=actor, verb="space.held", subject=space, detail={"hold": made.pk})


@by_active("actor")
def release_circle(*, space: Space, actor: User) -> None:
    if CircleHold.objects.filter(space=space, ended_at=None).update(ended_at=timezone.now()):
        record(actor=actor, verb="space.released", subject=space)


def expire_posts() -> int:
    """Takes away the words of posts in reflective spaces whose time is over, and says how many.

    Not what a report that waits is about, nor anything while a moderator is in or somebody has a right to it.
    """
    now, found = timezone.now(), 0
    # Those from before addresses in circles kept silent; the old ones lead to the new.
    Thread.objects.filter(space__is_reflective=True).exclude(slug__in=(CIRCLE_SLUG, "deleted")).update(slug=CIRCLE_SLUG)
    kept = CircleHold.objects.filter(space=OuterRef("pk"), ended_at=None)
    visited = CircleVisit.objects.open().filter(space=OuterRef("pk"))
    for space in Space.objects.filter(~Exists(kept), ~Exists(visited), is_reflective=True):
        old = now - dt.timedelta(days=space.expires_after_days)
        due = Post.objects.filter(thread__space=space, created_at__lt=old, expired_at=None)
        free = due.exclude(reported(Report.objects.waiting())).order_by("pk").values_list("pk", flat=True)
        found += sum(_expire(pk) for pk in list(free[:EXPIRED_AT_ONCE]))
    return found


@transaction.atomic
def _expire(pk: int) -> bool:
    post = Post.objects.select_for_update(no_key=True).get(pk=pk)
    if post.expired_at is not None:
        return False
    post.expired_at = timezone.now()
    post.save(update_fields=["expired_at"])
    take_words(post)
    Nameless.objects.filter(post=post).delete()
    show_post(post, hide=True)
    thread = Thread.objects.select_for_update(no_key=True).get(pk=post.thread_id)
    if post.number == 1:
        month = date_format(timezone.localtime(post.created_at), "F Y")
        thread.title, thread.slug = _("A conversation from %(month)s") % {"month": month}, CIRCLE_SLUG
    if thread.answer_id == pk:
        thread.answer = None
    thread.save(update_fields=["title", "slug", "answer"])
    content_changed.send(sender=Thread, ids=[thread.pk])
    content_changed.send(sender=Post, ids=[pk])
    return True
