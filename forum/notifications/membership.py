"""About belonging to a space: asking, being let in or turned down, being invited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forum.models import Space, SpaceMembership
from forum.permissions import keeps_people
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event


def member(event: Event) -> Iterable[int]:
    """The person whose membership it is."""
    return [cast(SpaceMembership, event.subject).person_id]


def keepers(event: Event) -> Iterable[int]:
    """Those who keep the space; where nobody does, the moderators."""
    membership = cast(SpaceMembership, event.subject)
    kept_by = SpaceMembership.objects.filter(
        space=membership.space_id, is_keeper=True, state=SpaceMembership.State.JOINED
    )
    found = list(kept_by.values_list("person", flat=True))
    return found or User.objects.moderators().values_list("pk", flat=True).distinct()


def _with_space(memberships: Any) -> Any:
    return memberships.select_related("space", "person")


def asked(event: Event, person: User) -> Description | None:
    membership = cast(SpaceMembership, event.subject)
    if membership.state != SpaceMembership.State.ASKED:
        return None
    return Description(
        title=_("%(name)s would like to join %(space)s")
        % {"name": membership.person.display_name, "space": membership.space.name},
        url=f"{membership.space.unnamed_url}?show=people",
        text=membership.message,
    )


def was_let_in(event: Event, person: User) -> Description | None:
    """Into a circle they come when they have agreed to where confidentiality ends."""
    membership = cast(SpaceMembership, event.subject)
    titles = {
        SpaceMembership.State.JOINED: _("You are in: %(space)s"),
        SpaceMembership.State.INVITED: _("You may come in when you have agreed: %(space)s"),
    }
    if membership.state not in titles:
        return None
    title = titles[SpaceMembership.State(membership.state)] % {"space": membership.space.name}
    return Description(title=title, url=membership.space.unnamed_url, text=membership.space.purpose)


def turned_down(event: Event, person: User) -> Description | None:
    """Kindly, and without a name: nobody shall have to answer for it."""
    space = cast(Space, event.subject)
    if event.data.get("person") != person.pk:
        return None
    text = _(
        "The people who keep it could not say yes this time. It need not be about you: some spaces are only for those "
        "who work together. You can still read and write in all the other spaces, and you may ask again."
    )
    title = _("About your request to join %(space)s") % {"space": space.name}
    return Description(title=title, url=space.unnamed_url, text=text)


def was_invited(event: Event, person: User) -> Description | None:
    membership = cast(SpaceMembership, event.subject)
    if membership.state != SpaceMembership.State.INVITED:
        return None
    words = {"name": event.actor.display_name if event.actor else _("Somebody"), "space": membership.space.name}
    return Description(
        title=_("%(name)s invites you to %(space)s") % words,
        url=membership.space.unnamed_url,
        text=membership.space.purpose,
    )


KINDS = (
    Kind(
        key="join_request",
        label=gettext_lazy("People who ask to join"),
        description=gettext_lazy("Somebody would like to join a space that you keep."),
        news=gettext_lazy("Somebody asks to join a space that you keep"),
        audience=keepers,
        asks=True,
        describe=asked,
        prepare=_with_space,
        applies_to=keeps_people,
    ),
    Kind(
        key="let_in",
        label=gettext_lazy("You are let in to a space"),
        description=gettext_lazy("You asked to join, and its keepers said yes."),
        news=gettext_lazy("You have been let in to a space"),
        audience=member,
        describe=was_let_in,
        prepare=_with_space,
    ),
    Kind(
        key="turned_down",
        label=gettext_lazy("Answers to your requests"),
        description=gettext_lazy("You asked to join a space, and those who keep it could not say yes."),
        news=gettext_lazy("There is an answer to your request to join a space"),
        audience=lambda event: [event.data["person"]],
        describe=turned_down,
    ),
    Kind(
        key="invited",
        label=gettext_lazy("Invitations to a space"),
        description=gettext_lazy("Somebody who keeps a space invites you to it."),
        news=gettext_lazy("You are invited to a space"),
        audience=member,
        describe=was_invited,
        prepare=_with_space,
        asks=True,
    ),
)
