"""Saved searches: keeping, changing and deleting them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from search.facets import Names
from search.models import SavedSearch
from search.models.saved import MOST_SAVED
from search.query import NEWEST, RELEVANCE, Query

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_ADDRESS = 1000
LONGEST_NAME = 80


class CannotSave(Exception):
    """The message says why, and what to do."""


def address_of(query: Query) -> str:
    """The parameters that ask the same on the results page, whichever page and place of the list this is."""
    return replace(query, fixed=()).address(sort=RELEVANCE).removeprefix("?")


def query_of(address: str) -> Query:
    return Query.read(QueryDict(address))


def newest_first(address: str) -> str:
    """The parameters that show what is new before everything else."""
    return query_of(address).address(sort=NEWEST)


def name_for(query: Query, person: User) -> str:
    """What a search is called until its person gives it a name."""
    chosen = [(facet, value) for facet, values in query.chosen.items() for value in values]
    names = Names((), query.chosen_tags, person)
    called = ", ".join(sorted(names.of(facet, value) or value for facet, value in chosen))
    return " – ".join(filter(None, (query.text, called)))[:LONGEST_NAME]


@transaction.atomic
def save(*, person: User, query: Query, name: str, frequency: str) -> SavedSearch:
    """Keep a search; one that is kept already gets the new name and frequency. Errors: CannotSave."""
    address = address_of(query)
    if query.is_empty or len(address) > LONGEST_ADDRESS:
        raise CannotSave(_("Type a word or choose a filter first: then there is a search to save."))
    saved = SavedSearch.objects.select_for_update().filter(person=person, address=address).first()
    if saved is None:
        if SavedSearch.objects.filter(person=person).count() >= MOST_SAVED:
            raise CannotSave(
                _("You have %(most)d saved searches already. Delete one that you do not need, then save this.")
                % {"most": MOST_SAVED}
            )
        # Somebody who presses twice asks twice at once.
        now = timezone.now()
        saved, _is_new = SavedSearch.objects.get_or_create(
            person=person, address=address, defaults={"name": name, "checked_at": now}
        )
    _set(saved, name=name, frequency=frequency)
    return saved


@transaction.atomic
def change(*, saved: SavedSearch, name: str, frequency: str) -> None:
    _set(SavedSearch.objects.select_for_update().get(pk=saved.pk), name=name, frequency=frequency)


def delete(*, saved: SavedSearch) -> None:
    SavedSearch.objects.filter(pk=saved.pk).delete()


def _set(saved: SavedSearch, *, name: str, frequency: str) -> None:
    saved.name = name
    if saved.frequency != frequency:
        saved.frequency = frequency
        # Nobody wants to hear of what was there before they asked.
        now = timezone.now()
        saved.checked_at = now
        saved.plan(now)
    saved.save()
