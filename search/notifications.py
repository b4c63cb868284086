"""What search tells people: that there is something new for a search that they saved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from notifications.kinds import Description, Kind, register
from search.alerts import MESSAGE
from search.cards import Card, cards
from search.models import SavedSearch

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Event

NAMED = 3


def _person(event: Event) -> Iterable[int]:
    return [event.object_id]


def _describe(event: Event, person: User) -> Description | None:
    return _describe_all([event], person).get(event.pk)


def _describe_all(events: list[Event], person: User) -> dict[int, Description]:
    """What is still there and still visible to the person of all that was found for them; a few queries for all."""
    mine = [event for event in events if event.object_id == person.pk]
    searches = SavedSearch.objects.visible_to(person).in_bulk({int(pk) for event in mine for pk in event.data["found"]})
    keys = {key for event in mine for found in event.data["found"].values() for key in found}
    seen = cards(sorted(keys), person) if searches else {}
    described = {event.pk: _description(event, searches, seen) for event in mine}
    return {pk: description for pk, description in described.items() if description}


def _description(event: Event, searches: dict[int, SavedSearch], seen: dict[str, Card]) -> Description | None:
    found = {searches[int(pk)]: keys for pk, keys in event.data["found"].items() if int(pk) in searches}
    news = {search: [seen[key] for key in keys if key in seen] for search, keys in found.items()}
    news = {search: rows for search, rows in news.items() if rows}
    if not news:
        return None
    names = ", ".join(f"“{search.name}”" for search in news)
    number = len({card.url for rows in news.values() for card in rows})
    title = ngettext("%(n)d new result for %(names)s", "%(n)d new results for %(names)s", number)
    url = reverse("searches")
    if len(news) == 1:
        # Not the results' own address: this one stands in an e-mail, and would say what was searched for.
        url = reverse("search_run", args=[next(iter(news)).pk])
    titles = dict.fromkeys(card.title for rows in news.values() for card in rows)
    return Description(title=title % {"n": number, "names": names}, url=url, text=". ".join(list(titles)[:NAMED]))


KINDS = (
    Kind(
        key=MESSAGE,
        label=gettext_lazy("Something new for a search that you saved"),
        description=gettext_lazy("As often as you chose for each saved search."),
        audience=_person,
        describe=_describe,
        describe_all=_describe_all,
        news=gettext_lazy("There is something new for a search that you saved"),
        applies_to=lambda person: person.is_member,
    ),
)


def register_kinds() -> None:
    register(*KINDS)
