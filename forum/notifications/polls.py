"""A poll is closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forum.models import Follow, Poll, PollVote
from forum.nameless import writer_id
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event


def voters(event: Event) -> Iterable[int]:
    """Whoever asked, and those who voted and follow; of an anonymous poll nobody knows who voted."""
    poll = cast(Poll, event.subject)
    follows = Follow.objects.filter(thread=poll.post.thread_id)
    voted = PollVote.objects.filter(poll=poll, person__isnull=False).values("person")
    return {*follows.filter(person__in=voted).values_list("person", flat=True), *author_of_poll(poll)}


def author_of_poll(poll: Poll) -> list[int]:
    asked = writer_id(poll.post)
    return [asked] if asked else []


def poll_closed(event: Event, person: User) -> Description | None:
    poll = cast(Poll, event.subject)
    if poll.post.hidden_at is not None or poll.post.thread.hidden_at is not None:
        return None
    return Description(
        title=_("The poll “%(question)s” is closed") % {"question": poll.question},
        url=poll.get_absolute_url() if poll.post.thread.space.is_public else reverse("forum:post", args=[poll.post_id]),
        is_public=poll.post.thread.space.is_public,
    )


def _with_asked(polls: Any) -> Any:
    return polls.select_related("post__thread__space")


KINDS = (
    Kind(
        key="poll_closed",
        label=gettext_lazy("Polls are closed"),
        description=gettext_lazy("A poll of yours, or one in which you voted in a thread that you follow."),
        news=gettext_lazy("A poll is closed, and its numbers can be read"),
        audience=voters,
        describe=poll_closed,
        prepare=_with_asked,
        email=False,
    ),
)
