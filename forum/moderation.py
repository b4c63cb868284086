"""What of the forum can be reported and hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import closing
from forum import actions
from forum.models import Attachment, Poll, Post, Space, SpaceMembership, Thread
from forum.nameless import writer_of
from moderation import watching
from moderation.registry import Summary, register

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from moderation.registry import Reader

MOST_POSTS = 50


def _words_of(post: Post) -> str:
    """With what a poll beneath it asks: whoever decides sees all that others read."""
    poll = Poll.objects.filter(post=post).first() if post.has_poll else None
    answers = [f"- {option}" for option in poll.options.all()] if poll else []
    return "\n".join([post.source, "", poll.question, *answers]) if poll else post.source


def _summary_of_post(post: Post) -> Summary:
    return Summary(
        title=post.thread.title,
        text=_words_of(post),
        url=post.get_absolute_url(),
        author=writer_of(post),
        is_nameless=post.is_nameless,
        writer_url=reverse("forum:writer", args=[post.pk]) if post.is_nameless else "",
        audience=post.thread.space.audience,
        changed_at=post.edited_at or post.created_at,
        place=post.thread.space.place,
        inside=_inside(post.thread.space),
    )


def _summary_of_thread(thread: Thread) -> Summary:
    opening = thread.opening
    return Summary(
        title=thread.title,
        text=_words_of(opening) if opening else "",
        url=thread.get_absolute_url(),
        author=writer_of(opening) if opening and thread.is_nameless else thread.author,
        is_nameless=thread.is_nameless,
        writer_url=reverse("forum:writer", args=[opening.pk]) if opening and thread.is_nameless else "",
        audience=thread.space.audience,
        changed_at=(opening.edited_at or opening.created_at) if opening else None,
        place=thread.space.place,
        inside=_inside(thread.space),
    )


def _inside(space: Space) -> tuple[str, str]:
    return space.name, reverse("moderation:thing", args=["space", space.pk])


def _summary_of_space(space: Space) -> Summary:
    """Its first keeper hears what is decided, and may ask for a second look."""
    joined = SpaceMembership.State.JOINED
    keeper = space.memberships.filter(is_keeper=True, state=joined).select_related("person").order_by("pk").first()
    return Summary(
        title=space.name,
        text="\n\n".join(filter(None, [space.purpose, space.welcome_source, space.rules_source])),
        url=space.get_absolute_url(),
        author=keeper.person if keeper else None,
        audience=space.audience,
        place=space.place,
    )


def _edit_post(post: Post, actor: User, text: str) -> None:
    actions.edit_post(post=post, editor=actor, source=text, is_open=False)


def _summary_of_attachment(attachment: Attachment) -> Summary:
    """Of whoever added it, whatever name its post carries: they hear what is decided, and decide nothing themselves."""
    post = cast(Post, attachment.post)
    kind = _("A photo in “%(title)s”") if attachment.is_photo else _("A file in “%(title)s”")
    return Summary(
        title=kind % {"title": post.thread.title},
        text=attachment.text,
        url=post.get_absolute_url(),
        author=attachment.uploader,
        audience=post.thread.space.audience,
        changed_at=attachment.created_at,
        place=post.thread.space.place,
        is_nameless=post.is_nameless,
    )


def _circle_of(spaces: QuerySet[Space]) -> str:
    """Where a moderator may come into the reflective space in which something was reported."""
    slug = spaces.filter(is_reflective=True).values_list("slug", flat=True).first()
    return reverse("forum:enter_circle", args=[slug]) if slug else ""


def _visible_attachments(user: Reader) -> QuerySet[Attachment]:
    """On posts: what waits in somebody's form is nobody else's, and nothing to report."""
    on_posts = Attachment.objects.visible_to(user).filter(post__isnull=False)
    return on_posts.select_related("post__thread__space__place", "uploader")


def posted_since(person: User, since: dt.datetime, is_nameless: bool) -> Iterable[tuple[dt.datetime, str]]:
    """What somebody posted under their name, or without it, and when."""
    rows = Post.objects.filter(**{"nameless__person" if is_nameless else "author": person}, created_at__gte=since)
    return rows.order_by("-pk").values_list("created_at", "source")[:MOST_POSTS]


def _register_posts() -> None:
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
        is_gone=lambda post: post.deleted_at is not None or post.expired_at is not None,
        edit=_edit_post,
        unedit=lambda post, moderator: actions.put_words_back(post=post, moderator=moderator),
        erase=lambda post: actions.remove_post(post=post),
        closed_url=lambda pk: _circle_of(Space.objects.filter(threads__posts=pk)),
    )


def _register_threads() -> None:
    register(
        Thread,
        kind="thread",
        label=_("Thread"),
        visible_to=lambda user: Thread.objects.visible_to(user).select_related("space__place", "author").with_writer(),
        hide=lambda thread, actor: actions.hide_thread(thread=thread, actor=actor),
        restore=lambda thread, actor: actions.restore_thread(thread=thread, actor=actor),
        summary=_summary_of_thread,
        is_gone=lambda thread: thread.deleted_at is not None or thread.merged_into_id is not None,
        edit=lambda thread, actor, text: _edit_post(thread.opening, actor, text),
        unedit=lambda thread, moderator: actions.put_words_back(post=thread.opening, moderator=moderator),
        erase=lambda thread: actions.remove_thread(thread=thread),
        closed_url=lambda pk: _circle_of(Space.objects.filter(threads=pk)),
        hold_first=lambda pk: actions.hold_opening(thread=pk),
    )


def _register_attachments() -> None:
    register(
        Attachment,
        kind="attachment",
        label=_("Photo or file"),
        visible_to=_visible_attachments,
        hide=lambda attachment, actor: actions.hide_attachment(attachment=attachment, actor=actor),
        restore=lambda attachment, actor: actions.restore_attachment(attachment=attachment, actor=actor),
        summary=_summary_of_attachment,
        is_gone=lambda attachment: attachment.removed_at is not None,
        erase=lambda attachment: actions.remove_attachment(attachment=attachment),
        closed_url=lambda pk: _circle_of(Space.objects.filter(threads__posts__attachments=pk)),
    )


def _register_spaces() -> None:
    register(
        Space,
        kind="space",
        label=_("Space"),
        visible_to=lambda user: Space.objects.visible_to(user).select_related("place"),
        hide=lambda space, actor: actions.set_archived(space=space, actor=actor, wanted=True),
        restore=lambda space, actor: actions.set_archived(space=space, actor=actor, wanted=False),
        summary=_summary_of_space,
        is_hidden=lambda space: space.is_archived,
        is_place=True,
    )


def register_all() -> None:
    _register_posts()
    _register_threads()
    _register_attachments()
    _register_spaces()
    watching.recent_posts.append(posted_since)
    closing.on_closing(lambda person: actions.withdraw_invitations(person=person))
    closing.on_anonymising(lambda person: actions.take_name_off(person=person))
