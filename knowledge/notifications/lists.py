"""What followers of a list are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.actions.lists import GREW, follow
from knowledge.models import ListFollow, ListItem, ReadingList, ResourcePage
from notifications import following
from notifications.following import Followable
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Event


def followers(event: Event) -> Iterable[int]:
    return ListFollow.objects.filter(list=event.object_id).values_list("person", flat=True)


def describe(event: Event, person: User) -> Description | None:
    return describe_all([event], person).get(event.pk)


def describe_all(events: list[Event], person: User) -> dict[int, Description]:
    """Only of what the person may see, and of what is still in the list. Two queries for all."""
    pages = {event.data["page"] for event in events}
    seen = ResourcePage.objects.visible_to(person).only("title").in_bulk(pages)
    lists = {event.object_id for event in events}
    there = set(ListItem.objects.filter(list__in=lists, page__in=seen).values_list("list", "page"))
    return {
        event.pk: _description(cast(ReadingList, event.subject), seen[event.data["page"]])
        for event in events
        if (event.object_id, event.data["page"]) in there
    }


def _description(reading_list: ReadingList, page: ResourcePage) -> Description:
    # The page may be private though the list is not, so an e-mail names neither.
    return Description(
        title=_("New in the list “%(list)s”: %(resource)s") % {"list": reading_list.title, "resource": page.title},
        url=reading_list.get_absolute_url(),
    )


LISTS = Followable(
    key="list",
    label=gettext_lazy("Collections and reading lists"),
    model=ReadingList,
    visible_to=lambda person: ReadingList.objects.to_follow(person),
    url=lambda reading_list: reading_list.get_absolute_url(),
    follow=gettext_lazy("Follow this list"),
    told=gettext_lazy("You hear when a resource is added."),
    set_wish=lambda person, reading_list, wish: follow(reading_list=reading_list, person=person, wanted=bool(wish)),
    followed_by=lambda person: ListFollow.objects.filter(person=person).order_by("-pk").values_list("list", flat=True),
)


KINDS = (
    Kind(
        key=GREW,
        label=gettext_lazy("Something new in a list that you follow"),
        description=gettext_lazy("When a resource is added to a collection or a reading list."),
        audience=followers,
        describe=describe,
        describe_all=describe_all,
        bundle="list",
        news=gettext_lazy("There is something new in a list that you follow"),
        applies_to=lambda person: person.is_member,
    ),
)


def register_all() -> None:
    following.register(LISTS)
    register(*KINDS)
