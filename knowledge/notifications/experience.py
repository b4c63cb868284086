"""What contributors with lived experience are asked, and what a resource's owner hears when one withdraws."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.actions.experience import ASKED, WISHED, WITHDRAWN
from knowledge.models import LivedExperience, ResourcePage
from knowledge.models.suggestion import looks_after_library
from knowledge.notifications.suggestions import keepers
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Event


def _contributor(event: Event) -> Iterable[int]:
    return [event.data["person"]]


def _owner(event: Event) -> Iterable[int]:
    return ResourcePage.objects.filter(pk=event.object_id, owner__isnull=False).values_list("owner", flat=True)


def _describe_asked(event: Event, person: User) -> Description | None:
    experience = cast(LivedExperience, event.subject)
    is_answered = experience.withdrawn_at or experience.approved_at or experience.wish
    if experience.contributor_id != person.pk or is_answered:
        return None
    return Description(
        title=_("Please read what we say about your part in “%(title)s”") % {"title": experience.page.title},
        url=experience.get_absolute_url(),
        text=_("Nobody sees it until you approve it. You choose the name that is shown."),
    )


def _keepers(event: Event) -> Iterable[int]:
    """Who looks after the resource; where nobody does, everybody who could."""
    owner = cast(LivedExperience, event.subject).page.owner
    return [owner.pk] if owner is not None and looks_after_library(owner) else keepers()


def _describe_wished(event: Event, person: User) -> Description | None:
    experience = cast(LivedExperience, event.subject)
    if not looks_after_library(person) or not experience.wish:
        return None
    return Description(
        title=_("A contributor asks for other words in “%(title)s”") % {"title": experience.page.title},
        url=reverse("change_experience", args=[experience.page_id, experience.pk]),
        text=_("What it says of their lived experience is not right yet. They are asked again when you save it."),
    )


def _describe_withdrawn(event: Event, person: User) -> Description | None:
    page = cast(ResourcePage, event.subject)
    return Description(
        title=_("Somebody withdrew their lived experience from “%(title)s”") % {"title": page.title},
        url=page.url or "",
        text=_("It is gone from the page already. There is nothing that you must do."),
    )


KINDS = (
    Kind(
        key=ASKED,
        label=gettext_lazy("Words about your lived experience to approve"),
        description=gettext_lazy("When an editor wrote down how you helped to shape a resource."),
        news=gettext_lazy("There are words about your part in a resource for you to approve"),
        audience=_contributor,
        describe=_describe_asked,
        prepare=lambda rows: rows.select_related("page"),
        asks=True,
    ),
    Kind(
        key=WISHED,
        label=gettext_lazy("Other words asked for lived experience"),
        description=gettext_lazy("When a contributor would like what is said of their part put otherwise."),
        news=gettext_lazy("A contributor asks for other words about their part in a resource"),
        audience=_keepers,
        describe=_describe_wished,
        prepare=lambda rows: rows.select_related("page"),
        asks=True,
        applies_to=looks_after_library,
    ),
    Kind(
        key=WITHDRAWN,
        label=gettext_lazy("Lived experience withdrawn from a resource of yours"),
        description=gettext_lazy("When a contributor takes their words back."),
        news=gettext_lazy("A contributor took their words back from a resource that you look after"),
        audience=_owner,
        describe=_describe_withdrawn,
        applies_to=lambda person: person.is_moderator or person.is_editor,
    ),
)


def register_all() -> None:
    register(*KINDS)
