"""What the search box offers while somebody types: only what this reader may see, in four or five queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from forum.models import Space
from search import engines, recent, words
from search.cards import cards
from search.engines.base import SearchUnavailable
from search.permissions import readable_containers
from search.query import Match
from vocabulary.models import Label, Topic

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

SHORTEST = 2
LONGEST = 80
MOST_TITLES = 8
MOST_NAMES = 3
TITLES: dict[str, str | Promise] = {
    "term": _("Search for"),
    "topic": _("Topics"),
    "resource": _("Resources"),
    "discussion": _("Discussions"),
    "webinar": _("Webinars"),
    "space": _("Spaces"),
    "person": _("People"),
    "recent": _("You searched for"),
}


class Item(NamedTuple):
    text: str
    url: str


class Group(NamedTuple):
    """Suggestions of one sort."""

    title: str
    items: list[Item]


def complete(text: str, user: Reader) -> list[Group]:
    """Terms, topics, titles, spaces and people that begin with what was typed; recent searches before anything is."""
    typed = words.clean(text[:LONGEST])
    if not typed:
        return _groups({"recent": [Item(each.text, searched(each.text)) for each in recent.searches_of(user)]})
    if len(typed) < SHORTEST:
        return []
    found: dict[str, list[Item]] = _names(typed, user)
    for card in cards((match.key for match in _titles(typed, user)), user).values():
        found.setdefault(card.kind, []).append(Item(card.title, card.url))
    return _groups(found)


def searched(text: str) -> str:
    """The address of the results for these words."""
    return f"{reverse('search')}?{urlencode({'q': text})}"


def _titles(typed: str, user: Reader) -> list[Match]:
    if not words.WORD.search(typed):
        return []
    containers = readable_containers(user)
    cluster = engines.cluster()
    if cluster:
        try:
            return cluster.complete(typed, containers, MOST_TITLES)
        except SearchUnavailable:
            pass
    return engines.embedded().complete(typed, containers, MOST_TITLES)


def _names(typed: str, user: Reader) -> dict[str, list[Item]]:
    """Terms of the thesaurus, topics and spaces: one query, whatever there is of each."""
    begins = Q(name__istartswith=typed) | Q(name__icontains=f" {typed}")
    columns = ("name", "slug")
    rows = _rows("term", Label.objects.starting_with(typed), ("text", "concept__slug")).union(
        _rows("topic", Topic.objects.filter(begins), columns),
        _rows("space", Space.objects.visible_to(user).filter(begins), columns),
        all=True,
    )
    found: dict[str, list[Item]] = {}
    for kind, name, slug in sorted(rows, key=lambda row: (len(row[1]), row[1])):
        if len(found.setdefault(kind, [])) < MOST_NAMES:
            found[kind].append(Item(name, _address(kind, name, slug)))
    return found


def _rows(kind: str, rows: Any, columns: Iterable[str]) -> Any:
    cast = [Cast(column, CharField()) for column in columns]
    return rows.order_by().values_list(Value(kind, CharField()), *cast)


def _address(kind: str, name: str, slug: str) -> str:
    if kind == "topic":
        return f"{reverse('search')}?{urlencode({'topic': slug})}"
    return reverse("forum:space", args=[slug]) if kind == "space" else searched(name)


def _groups(found: dict[str, list[Item]]) -> list[Group]:
    return [Group(str(title), found[kind]) for kind, title in TITLES.items() if found.get(kind)]
