"""Titles and addresses of documents by their keys: one query, through each model's own rule of seeing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, Exists, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from accounts.prepared import PreparedForReader
from forum.models import Post, Thread
from forum.models.thread import place_url, thread_url
from knowledge.models import ReadingList
from search.results import Addresses
from web.privacy import pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

AT_ONCE = 12
PAGES = ("resource", "webinar")
# Row 0 is what there never is: it stands where fewer are asked for.
COLUMNS = ("thread", "post", "page", "collection")


class Card(NamedTuple):
    kind: str
    title: str
    url: str


def _row(rows: QuerySet[Any], kind: str, title: str, address: str, *numbers: str) -> QuerySet[Any, Any]:
    """The same columns of every model, so that one statement asks them all."""
    zero = Value(0, IntegerField())
    numbered = [Cast(name, IntegerField()) for name in ("pk", *numbers)]
    texts = [Cast(name, CharField()) for name in (title, address)]
    return rows.order_by().values_list(Value(kind, CharField()), *texts, *numbered, *[zero] * (2 - len(numbers)))


def _names(of: str) -> list[str]:
    return [f"{of}{place}" for place in range(AT_ONCE)]


def _some(reader: Reader, columns: tuple[str, ...], is_for_page: bool, **ids: int) -> QuerySet[Any, Any]:
    asked = {column: [ids[name] for name in _names(column)] for column in columns}
    found = []
    threads = Thread.objects.shown_elsewhere_to(reader) if is_for_page else Thread.objects.visible_to(reader).listed()
    if "thread" in asked:
        found.append(_row(threads.filter(pk__in=asked["thread"]), "thread", "title", "slug"))
    if "post" in asked:
        # Asked of each post's own thread: a list of all visible threads would be made for a dozen posts.
        seen = Exists(threads.filter(pk=OuterRef("thread")))
        posts = Post.objects.filter(seen, pk__in=asked["post"], hidden_at__isnull=True)
        found.append(_row(posts, "post", "thread__title", "thread__slug", "thread", "number"))
    if "page" in asked:
        pages = pages_visible_to(Page.objects.filter(pk__in=asked["page"]), reader)
        found.append(_row(pages, "page", "title", "url_path"))
    if "collection" in asked:
        lists = ReadingList.objects.open_to_all().filter(pk__in=asked["collection"])
        found.append(_row(lists, "collection", "title", "title"))
    return found[0].union(*found[1:], all=True) if found[1:] else found[0]


@cache
def _cards(columns: tuple[str, ...], is_for_page: bool) -> PreparedForReader[Any]:
    """The query for what there is to ask for, and no more: most often threads alone, beside a thread."""
    names = (name for column in columns for name in _names(column))
    return PreparedForReader(lambda reader, **ids: _some(reader, columns, is_for_page, **ids), *names)


def cards(keys: Iterable[str], user: Reader, *, is_for_page: bool = False) -> dict[str, Card]:
    """What this reader may see of the documents with these keys, in their order.

    For a page that outside search engines may have, what spaces do not open to those is left out.

    A query for each dozen, and one for people where there are any.
    """
    wanted = list(keys)
    found: dict[str, Card] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _dozen(wanted[start : start + AT_ONCE], user, is_for_page)
    people = {_number(key.partition(":")[2]): key for key in wanted if key.startswith("person:")}
    if people and user.is_authenticated:
        seen = User.objects.visible_to(user).listed().filter(pk__in=people)
        for pk, name, handle in seen.values_list("pk", "display_name", "handle"):
            found[people[pk]] = Card("person", name, reverse("accounts:profile", args=[handle]))
    return {key: found[key] for key in wanted if key in found}


def _dozen(keys: list[str], user: Reader, is_for_page: bool) -> dict[str, Card]:
    """Everything but people."""
    ids: dict[str, int] = {}
    asked = {}
    for place, key in enumerate(keys):
        name, _colon, number = key.partition(":")
        column = "page" if name in PAGES else name
        if column in COLUMNS:
            ids[f"{column}{place}"] = _number(number)
            asked[column, _number(number)] = key
    if not asked:
        return {}
    wanted = {column for column, _number in asked}
    # What is open to all asks nothing of its reader, and no query is prepared for readers who are not in it.
    columns = tuple(sorted(wanted if wanted != {"collection"} else {"collection", "thread"}))
    ids = dict.fromkeys((name for column in columns for name in _names(column)), 0) | ids
    addresses = Addresses() if "page" in columns else None
    rows = ((asked.get((row[0], row[3])), row) for row in _cards(columns, is_for_page).rows(user, **ids))
    return {key: _card(key, row, addresses) for key, row in rows if key}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _card(key: str, row: Any, addresses: Addresses | None) -> Card:
    what, title, address, pk, thread, number = row
    if what == "thread":
        return Card("discussion", title, thread_url(pk, address))
    if what == "post":
        return Card("discussion", title, place_url(thread_url(thread, address), number))
    if what == "collection":
        return Card(what, title, reverse("reading_list", args=[pk]))
    return Card(key.partition(":")[0], title, addresses.of(address) if addresses else "")
