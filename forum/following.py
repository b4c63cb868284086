"""Spaces and threads as things that people follow or mute, and who hears of a post for that reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy

from accounts.models import User
from forum.actions import set_thread_wish
from forum.models import Follow, Post, Space, Thread
from forum.nameless import writer_of
from markup.mentions import mentions
from notifications import following
from notifications.following import Followable

if TYPE_CHECKING:
    from notifications.models import Event

SPACES = Followable(
    key="space",
    label=gettext_lazy("Spaces"),
    model=Space,
    visible_to=lambda person: Space.objects.readable_by(person),
    url=lambda space: space.get_absolute_url(),
    follow=gettext_lazy("Follow this space"),
    told=gettext_lazy("You hear of new threads in it."),
    mute=gettext_lazy("Mute this space"),
    untold=gettext_lazy("You hear of nothing in it, unless somebody mentions you."),
)
THREADS = Followable(
    key="thread",
    label=gettext_lazy("Threads that you have muted"),
    model=Thread,
    visible_to=lambda person: Thread.objects.visible_to(person).listed(),
    url=lambda thread: thread.get_absolute_url(),
    follow=gettext_lazy("Follow this thread"),
    told=gettext_lazy("You hear of new replies."),
    mute=gettext_lazy("Mute this thread"),
    untold=gettext_lazy("You hear of nothing in it, unless somebody mentions you."),
    set_wish=lambda person, thread, wish: set_thread_wish(thread=thread, person=person, wish=wish),
)


def register_all() -> None:
    following.register(SPACES)
    following.register(THREADS)


def hear_of_reply(event: Event) -> set[int]:
    """Those who follow the thread or whoever wrote, but for those whom the post calls: they hear of that instead."""
    post = cast(Post, event.subject)
    of_thread = Follow.objects.filter(thread=post.thread_id).values_list("person", flat=True)
    return _willing({*of_thread, *following.followers(("person", post.author_id))}, post)


def hear_of_thread(event: Event) -> set[int]:
    """Those who follow the space, one of the topics, or whoever began it; each once."""
    post = cast(Post, event.subject)
    topics = [("topic", pk) for pk in post.thread.topics.values_list("pk", flat=True)]
    places = (("space", post.thread.space_id), ("person", post.author_id))
    return _willing(following.followers(*places, *topics), post)


def _willing(people: set[int], post: Post) -> set[int]:
    called = User.objects.filter(handle__in=mentions(post.source)).values_list("pk", flat=True)
    about = (("thread", post.thread_id), ("space", post.thread.space_id), ("person", post.author_id))
    # An event about what carries no name has no actor that would be left out by itself.
    writer = writer_of(post) if post.is_nameless else None
    return people - set(called) - following.muters(*about) - {writer.pk if writer else None}
