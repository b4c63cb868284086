"""What the forum tells people when somebody looks where nobody looks otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.models import CircleVisit, Post, SpaceMembership
from forum.nameless import writer_id
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Event


def writer(event: Event) -> Iterable[int]:
    found = writer_id(cast(Post, event.subject))
    return [found] if found else []


def looked(event: Event, person: User) -> Description | None:
    """Without the name of whoever looked, and with no title: whose e-mail others see has not told them anything."""
    post = cast(Post, event.subject)
    return Description(
        title=_("Somebody who looks after the space has found out who wrote a post of yours"),
        url=reverse("forum:post", args=[post.pk]),
        text=_("You wrote it without your name. Others still cannot see who you are. That it was looked at is logged."),
    )


def people_of_circle(event: Event) -> Iterable[int]:
    visit = cast(CircleVisit, event.subject)
    joined = SpaceMembership.objects.filter(space=visit.space_id, state=SpaceMembership.State.JOINED)
    return joined.values_list("person", flat=True)


def entered(event: Event, person: User) -> Description | None:
    visit = cast(CircleVisit, event.subject)
    words = {"space": visit.space.name, "reference": visit.reference}
    return Description(
        title=_("A moderator came into %(space)s because of report %(reference)s") % words,
        url=visit.space.unnamed_url,
        text=visit.reason,
    )


KINDS = (
    Kind(
        key="looked",
        label=gettext_lazy("Somebody finds out who wrote a post of yours"),
        description=gettext_lazy("You posted without your name, and a moderator looked who it was."),
        news=gettext_lazy("A moderator has looked who wrote something of yours"),
        audience=writer,
        describe=looked,
        prepare=lambda posts: posts.select_related("thread__space"),
    ),
    Kind(
        key="circle_entered",
        label=gettext_lazy("A moderator comes into a reflective space of yours"),
        description=gettext_lazy("Something in it was reported. The space says when and why."),
        news=gettext_lazy("A moderator has come into a space of yours"),
        audience=people_of_circle,
        describe=entered,
        prepare=lambda visits: visits.select_related("space"),
    ),
)
