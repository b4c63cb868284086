"""Reading lists: making, filling, ordering, sharing and following them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.standing import by_active
from knowledge.models import ListFollow, ListItem, ReadingList, ResourcePage
from knowledge.models.reading_list import MOST_ITEMS, MOST_LISTS, new_token
from moderation import actions as moderation
from moderation.actions import Hold
from notifications.actions import announce
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User

GREW = "list-grew"
Visibility = ReadingList.Visibility


class ListIsFullError(Exception):
    """It holds MOST_ITEMS resources."""


class TooManyListsError(Exception):
    """This person keeps MOST_LISTS lists."""


@by_active("keeper")
def make_list(
    *,
    keeper: User,
    title: str,
    note: str = "",
    visibility: str = Visibility.PRIVATE,
    is_collection: bool = False,
    hold: Hold | None = None,
) -> ReadingList:
    """A new list of this member, or a collection of the site. Errors: TooManyListsError."""
    owner = None if is_collection else keeper
    if owner and ReadingList.objects.filter(owner=owner).count() >= MOST_LISTS:
        raise TooManyListsError
    made = ReadingList.objects.create(
        title=title, note=note, visibility=visibility, owner=owner, is_collection=is_collection
    )
    if hold:
        moderation.hold(subject=made, hold=hold)
    _tell_search(made)
    return made


@by_active("actor")
def change_list(
    *,
    reading_list: ReadingList,
    title: str,
    note: str,
    visibility: str,
    actor: User | None = None,
    hold: Hold | None = None,
) -> ReadingList:
    """New words, or others who may see it. Whoever follows a list that is public no more follows it no longer."""
    kept = _locked(reading_list)
    if kept.is_shared and visibility != Visibility.LINK:
        kept.token = new_token()
    if kept.visibility != visibility and visibility != Visibility.PUBLIC:
        kept.follows.all().delete()
    kept.title, kept.note, kept.visibility, kept.changed_at = title, note, visibility, timezone.now()
    kept.save(update_fields=["title", "note", "visibility", "token", "changed_at"])
    if hold:
        moderation.hold(subject=kept, hold=hold)
    _tell_search(kept)
    return kept


@by_active("actor")
def save_to(
    *, reading_list: ReadingList, page: ResourcePage, actor: User, note: str = "", hold: Hold | None = None
) -> tuple[ListItem, bool]:
    """The resource's place in the list, and whether it is new there; a note that is given replaces the old one.

    Errors: ListIsFullError.
    """
    kept = _locked(reading_list)
    item = kept.items.filter(page=page).first()
    is_new = item is None
    if item is None:
        if kept.items.count() >= MOST_ITEMS:
            raise ListIsFullError
        last = kept.items.aggregate(last=Max("position"))["last"] or 0
        item = kept.items.create(page=page, note=note, position=last + 1)
        _touch(kept)
        if not kept.is_private:
            announce(kind=GREW, actor=actor, subject=kept, data={"list": kept.pk, "page": page.pk})
    elif note:
        item.note = note
        item.save(update_fields=["note"])
    if hold:
        moderation.hold(subject=kept, hold=hold)
    return item, is_new


@by_active("actor")
def change_note(*, item: ListItem, note: str, actor: User | None = None, hold: Hold | None = None) -> None:
    kept = _locked(item.list)
    kept.items.filter(pk=item.pk).update(note=note)
    _touch(kept)
    if hold:
        moderation.hold(subject=kept, hold=hold)


@transaction.atomic
def move(*, item: ListItem, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens."""
    kept = _locked(item.list)
    places = list(kept.items.order_by("position", "pk").values_list("pk", flat=True))
    if item.pk not in places:
        return
    here = places.index(item.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(places):
        return
    places[here], places[there] = places[there], places[here]
    rows = [ListItem(pk=pk, position=place) for place, pk in enumerate(places, start=1)]
    ListItem.objects.bulk_update(rows, ["position"])
    _touch(kept)


@transaction.atomic
def take_out(*, item: ListItem) -> None:
    kept = _locked(item.list)
    kept.items.filter(pk=item.pk).delete()
    _touch(kept)


@transaction.atomic
def renew_link(*, reading_list: ReadingList) -> ReadingList:
    """The old link leads nowhere from now on, and whoever came by it follows the list no longer."""
    kept = _locked(reading_list)
    kept.token = new_token()
    kept.save(update_fields=["token"])
    if kept.is_shared:
        kept.follows.all().delete()
    return kept


@transaction.atomic
def delete_list(*, reading_list: ReadingList) -> None:
    ReadingList.objects.filter(pk=reading_list.pk).delete()
    _tell_search(reading_list)


def follow(*, reading_list: ReadingList, person: User, wanted: bool) -> None:
    if wanted:
        ListFollow.objects.get_or_create(list=reading_list, person=person)
    else:
        ListFollow.objects.filter(list=reading_list, person=person).delete()


@transaction.atomic
def hide(*, reading_list: ReadingList) -> None:
    """Only its owner and moderators see it from now on; who decided so stands in moderation's own record."""
    ReadingList.objects.filter(pk=reading_list.pk, hidden_at=None).update(hidden_at=timezone.now())
    _tell_search(reading_list)


@transaction.atomic
def restore(*, reading_list: ReadingList) -> None:
    ReadingList.objects.filter(pk=reading_list.pk).update(hidden_at=None)
    _tell_search(reading_list)


def _locked(reading_list: ReadingList) -> ReadingList:
    """The row for this transaction. Errors: ReadingList.DoesNotExist where somebody deleted it meanwhile."""
    return ReadingList.objects.select_for_update(no_key=True).get(pk=reading_list.pk)


def _touch(kept: ReadingList) -> None:
    ReadingList.objects.filter(pk=kept.pk).update(changed_at=timezone.now())


def _tell_search(reading_list: ReadingList) -> None:
    """Collections can be found; a member's list, however public, is not looked for by strangers."""
    if reading_list.is_collection:
        content_changed.send(sender=ReadingList, ids=[reading_list.pk])
