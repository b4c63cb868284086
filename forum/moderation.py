"""What of the forum can be reported and hidden, and what of it waits on the moderator's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum import actions
from forum.models import Post, SpaceMembership, Thread
from forum.nameless import writer_of
from moderation.registry import DeskItem, Summary, Urgency, register, register_queue

if TYPE_CHECKING:
    from accounts.models import User

MOST_WAITING = 50


def _summary_of_post(post: Post) -> Summary:
    return Summary(
        title=post.thread.title,
        text=post.source,
        url=post.get_absolute_url(),
        author=writer_of(post),
        is_nameless=post.is_nameless,
        writer_url=reverse("forum:writer", args=[post.pk]) if post.is_nameless else "",
        audience=post.thread.space.audience,
        changed_at=post.edited_at or post.created_at,
        place=post.thread.space.place,
    )


def _summary_of_thread(thread: Thread) -> Summary:
    opening = thread.opening
    return Summary(
        title=thread.title,
        text=opening.source if opening else "",
        url=thread.get_absolute_url(),
        author=writer_of(opening) if opening and thread.is_nameless else thread.author,
        is_nameless=thread.is_nameless,
        writer_url=reverse("forum:writer", args=[opening.pk]) if opening and thread.is_nameless else "",
        audience=thread.space.audience,
        changed_at=(opening.edited_at or opening.created_at) if opening else None,
        place=thread.space.place,
    )


def people_asking(user: User) -> list[DeskItem]:
    """Those who would like to join a space, the longest waiting first."""
    asked = SpaceMembership.objects.visible_to(user).filter(state=SpaceMembership.State.ASKED)
    rows = asked.select_related("space", "person").order_by("id")[:MOST_WAITING]
    return [
        DeskItem(
            title=_("Join request: %(space)s") % {"space": row.space.name},
            text=row.message,
            url=reverse("forum:people", args=[row.space.slug]),
            who=row.person.display_name,
            when=row.created_at,
            urgency=Urgency.THIS_WEEK,
        )
        for row in rows
    ]


def register_all() -> None:
    register(
        Post,
        kind="post",
        label=_("Post"),
        visible_to=lambda user: Post.objects.visible_to(user).select_related(
            "thread__space__place", "author", "nameless__person"
        ),
        hide=lambda post, actor: actions.hide_post(post=post, actor=actor),
        restore=lambda post, actor: actions.restore_post(post=post, actor=actor),
        summary=_summary_of_post,
        is_gone=lambda post: post.deleted_at is not None,
    )
    register(
        Thread,
        kind="thread",
        label=_("Thread"),
        visible_to=lambda user: Thread.objects.visible_to(user).select_related("space__place", "author").with_writer(),
        hide=lambda thread, actor: actions.hide_thread(thread=thread, actor=actor),
        restore=lambda thread, actor: actions.restore_thread(thread=thread, actor=actor),
        summary=_summary_of_thread,
        is_gone=lambda thread: thread.deleted_at is not None or thread.merged_into_id is not None,
    )
    register_queue("join-requests", _("People who ask to join"), items=people_asking)
