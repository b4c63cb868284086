"""Threads that people follow have a new place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forum.models import Follow, Rearrangement
from forum.models.thread import thread_url
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event


def followers_of_rearranged(event: Event) -> Iterable[int]:
    """Those who followed the posts where they were."""
    made = cast(Rearrangement, event.subject)
    was_in = made.other_id if made.kind == Rearrangement.Kind.SPLIT else made.thread_id
    return Follow.objects.filter(thread=was_in).values_list("person", flat=True)


def rearranged(event: Event, person: User) -> Description | None:
    made = cast(Rearrangement, event.subject)
    if made.undone_at is not None:
        return None
    is_merged = made.kind == Rearrangement.Kind.MERGED
    thread = made.other if is_merged and made.other else made.thread
    titles = {
        Rearrangement.Kind.MOVED: _("“%(title)s” has moved to %(space)s"),
        Rearrangement.Kind.MERGED: _("A thread that you follow is now part of “%(title)s”"),
        Rearrangement.Kind.SPLIT: _("Some posts that you follow have a thread of their own: “%(title)s”"),
    }
    words = {"title": thread.title, "space": thread.space.name}
    title = titles[Rearrangement.Kind(made.kind)] % words
    # The address of a thread says its title.
    url = thread.get_absolute_url() if thread.space.is_public else thread_url(thread.pk, "conversation")
    return Description(title=title, url=url, is_public=thread.space.is_public)


def _with_threads(rearrangements: Any) -> Any:
    return rearrangements.select_related("thread__space", "other__space")


KINDS = (
    Kind(
        key="rearranged",
        label=gettext_lazy("Threads that you follow are moved"),
        description=gettext_lazy("Somebody who keeps a space moved, merged or split a thread that you follow."),
        news=gettext_lazy("A thread that you follow has a new place"),
        audience=followers_of_rearranged,
        describe=rearranged,
        prepare=_with_threads,
    ),
)
