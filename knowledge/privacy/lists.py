"""The lists that a person keeps and follows. They go with the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import privacy
from accounts.models import User
from knowledge.models import ListFollow, ListItem, ReadingList

Rows = Iterable[Mapping[str, Any]]


def lists(person: User) -> Rows:
    rows = ReadingList.objects.filter(owner=person).order_by("pk")
    return rows.values("pk", "title", "note", "visibility", "created_at", "changed_at")


def items(person: User) -> Rows:
    rows = ListItem.objects.filter(list__owner=person).order_by("list", "position")
    return rows.values("list", "page__title", "note", "added_at")


def follows(person: User) -> Rows:
    return ListFollow.objects.filter(person=person).order_by("pk").values("list__title", "created_at")


def register_all() -> None:
    privacy.register("reading_lists", lists)
    privacy.register("reading_list_items", items)
    privacy.register("reading_lists_followed", follows)
