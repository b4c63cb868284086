"""About posts: a mention, a reply, a thread, thanks, a reminder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forum.answering import answer, read_by
from forum.following import hear_of_reply, hear_of_thread
from forum.models import Post, Reaction, SavedPost
from forum.nameless import writer_id
from markup.text import plain_text
from notifications import following
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event

EXCERPT = 240


def mentioned(event: Event) -> Iterable[int]:
    post = cast(Post, event.subject)
    called = User.objects.filter(handle__in=event.data.get("handles", [])).values_list("pk", flat=True)
    return set(called) - following.muters(("person", post.author_id)) - {writer_id(post)}


def author(event: Event) -> Iterable[int]:
    writer = writer_id(cast(Post, event.subject))
    return [writer] if writer else []


def _with_thread(posts: Any) -> Any:
    return posts.select_related("thread__space", "author")


def _with_post(rows: Any) -> Any:
    return rows.select_related("post__thread__space", "person")


def _name(person: User | None) -> str:
    return person.display_name if person else _("Somebody")


def _about_post(event: Event, title: str, name: str = "") -> Description | None:
    """None for what is hidden, also to moderators: a message should not bring it before them again."""
    post = cast(Post, event.subject)
    thread = post.thread
    if post.hidden_at is not None or thread.hidden_at is not None:
        return None
    words = {"name": name or (_("A member") if post.is_nameless else _name(event.actor)), "title": thread.title}
    return Description(
        title=title % words,
        url=reverse("forum:post", args=[post.pk]),
        text=plain_text(post.source, EXCERPT),
        is_public=thread.space.is_public,
    )


def replied(event: Event, person: User) -> Description | None:
    return _about_post(event, _("%(name)s replied in “%(title)s”"))


def started(event: Event, person: User) -> Description | None:
    return _about_post(event, _("%(name)s began “%(title)s”"))


def called(event: Event, person: User) -> Description | None:
    return _about_post(event, _("%(name)s mentioned you in “%(title)s”"))


def helped(event: Event, person: User) -> Description | None:
    is_secret = event.actor is None and cast(Post, event.subject).thread.is_nameless
    name = _("A member") if is_secret else _name(event.actor)
    return _about_post(event, _("%(name)s says that your reply in “%(title)s” helped"), name)


def author_of_thanked(event: Event) -> Iterable[int]:
    reaction = cast(Reaction, event.subject)
    writer = writer_id(reaction.post)
    told = {writer} if writer else set()
    return told - following.muters(("person", reaction.person_id))


def thanked(event: Event, person: User) -> Description | None:
    post = cast(Reaction, event.subject).post
    if post.hidden_at is not None:
        return None
    words = {"name": _name(event.actor), "title": post.thread.title}
    return Description(
        title=_("%(name)s thanks you for what you wrote in “%(title)s”") % words,
        url=reverse("forum:reactions", args=[post.pk]),
    )


def saver(event: Event) -> Iterable[int]:
    return [cast(SavedPost, event.subject).person_id]


def reminded(event: Event, person: User) -> Description | None:
    post = cast(SavedPost, event.subject).post
    return Description(
        title=_("You wanted to be reminded of a post in “%(title)s”") % {"title": post.thread.title},
        url=reverse("forum:post", args=[post.pk]),
        text=plain_text(post.source, EXCERPT),
        is_public=post.thread.space.is_public,
    )


KINDS = (
    Kind(
        key="mention",
        label=gettext_lazy("Somebody mentions you"),
        description=gettext_lazy("A post calls you by @ and your name."),
        news=gettext_lazy("Somebody has mentioned you"),
        audience=mentioned,
        asks=True,
        describe=called,
        answer=answer,
        read_by=read_by,
        prepare=_with_thread,
    ),
    Kind(
        key="reply",
        label=gettext_lazy("Replies in threads that you follow, and by people whom you follow"),
        description=gettext_lazy("You follow what you start and what you reply to, until you say otherwise."),
        news=gettext_lazy("There is a new reply in a thread that you follow"),
        audience=hear_of_reply,
        bundle="thread",
        describe=replied,
        answer=answer,
        read_by=read_by,
        prepare=_with_thread,
    ),
    Kind(
        key="thread",
        label=gettext_lazy("New threads where you follow"),
        description=gettext_lazy("In a space, about a topic, or by a person that you follow."),
        news=gettext_lazy("There is a new thread where you follow"),
        audience=hear_of_thread,
        describe=started,
        answer=answer,
        read_by=read_by,
        prepare=_with_thread,
        # A space has many; by e-mail they come together, in the summary of the day or the week.
        email=False,
    ),
    Kind(
        key="answer_chosen",
        label=gettext_lazy("Your reply helped"),
        description=gettext_lazy("Somebody marked a reply of yours as what helped."),
        news=gettext_lazy("A reply of yours was marked as what helped"),
        audience=author,
        describe=helped,
        prepare=_with_thread,
    ),
    Kind(
        key="thanked",
        label=gettext_lazy("Somebody thanks you"),
        description=gettext_lazy("Somebody said thank you for a post of yours."),
        news=gettext_lazy("Somebody has thanked you"),
        audience=author_of_thanked,
        describe=thanked,
        prepare=_with_post,
        email=False,
    ),
    Kind(
        key="reminder",
        label=gettext_lazy("Reminders that you asked for"),
        description=gettext_lazy("You saved a post and named a day."),
        news=gettext_lazy("You wanted to be reminded of something"),
        audience=saver,
        describe=reminded,
        prepare=_with_post,
    ),
)
