"""Lists as their pages show them: only what the reader may see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse

from knowledge.comparing import MOST
from knowledge.models import ListItem, ReadingList, ResourcePage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser


class Row(NamedTuple):
    """A list among others, with the number of resources in it that the reader may see."""

    list: ReadingList
    total: int


class Item(NamedTuple):
    """A place in a list. `page` is None, for whoever keeps the list alone, where the resource is not to be seen."""

    row: ListItem
    page: ResourcePage | None


def counted(lists: list[ReadingList], reader: Reader) -> list[Row]:
    """One query. A list holds 200 resources at most, so a page of lists never counts more than a few thousand."""
    # Looked up item by item: a list of all that the reader may see is far longer.
    seen = Exists(ResourcePage.objects.visible_to(reader).filter(pk=OuterRef("page")).order_by())
    items = ListItem.objects.filter(seen, list__in=[each.pk for each in lists]).order_by()
    numbers = dict(items.values_list("list").annotate(Count("pk")))
    return [Row(each, numbers.get(each.pk, 0)) for each in lists]


def items_of(reading_list: ReadingList, reader: Reader, *, is_kept: bool = False) -> list[Item]:
    """In their order, without what the reader may not see; who keeps the list can still take it out. Two queries."""
    rows = list(reading_list.items.order_by("position", "pk"))
    pages = ResourcePage.objects.visible_to(reader).defer("body", "practice")
    seen = pages.in_bulk([row.page_id for row in rows])
    items = [Item(row, seen.get(row.page_id)) for row in rows]
    return [item for item in items if item.page or is_kept]


def compare_address(items: list[Item]) -> str:
    """Where the list's first programmes stand side by side; empty where there are not two."""
    kind = ResourcePage.Kind.PROGRAMME
    programmes = [item.page.pk for item in items if item.page and item.page.kind == kind][:MOST]
    return f"{reverse('compare')}?{urlencode([('id', pk) for pk in programmes])}" if len(programmes) > 1 else ""
