"""What the search box offers while somebody types: only what this reader may see, in four or five queries.

More are needed where nothing begins so: a slip may be in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from search import engines, recent, spelling, words
from search.cards import cards
from search.engines.base import SearchUnavailable
from search.engines.statement import marks
from search.expanding import expanded
from search.permissions import readable_containers
from search.query import Match, Query
from vocabulary import folding
from vocabulary.models import Label
from vocabulary.spelling import one_spelling

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

SHORTEST = 2
LONGEST = 80
MOST_TITLES = 8
MOST_NAMES = 3
# A question that somebody types out begins nothing, and no slip is why.
MOST_PUT_RIGHT = 3
TITLES: dict[str, str | Promise] = {
    "term": _("Search for"),
    "topic": _("Topics"),
    "resource": _("Resources"),
    "collection": _("Collections"),
    "discussion": _("Discussions"),
    "webinar": _("Webinars"),
    "space": _("Spaces"),
    "person": _("People"),
    "recent": _("You searched for"),
}


NAMES = """
SELECT 'term', label.text, label.kind FROM vocabulary_label label JOIN vocabulary_concept c ON c.id = label.concept_id
    WHERE c.is_in_use AND label.kind <> 'hidden' AND label.folded LIKE %s
UNION ALL SELECT 'topic', name, slug FROM vocabulary_topic
UNION ALL SELECT 'space', name, slug FROM forum_space WHERE id IN ({spaces})
"""


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
    containers = readable_containers(user)
    found = _beginning(typed, user, containers)
    if not found:
        meant = (_beginning(each, user, containers) for each in _meant(typed, containers))
        found = next(filter(None, meant), {})
    return _groups(found)


def _beginning(typed: str, user: Reader, containers: frozenset[str]) -> dict[str, list[Item]]:
    found = _names(typed, containers)
    for card in cards((match.key for match in _titles(typed, containers)), user).values():
        found.setdefault(card.kind, []).append(Item(card.title, card.url))
    return found


def _meant(typed: str, containers: frozenset[str]) -> Iterator[str]:
    """What was typed with its slips put right: first in words that are typed to their end, then in the last as well."""
    whole, _space, last = typed.rpartition(" ")
    written = [word for word in folding.split(whole or typed) if len(word) >= spelling.SHORTEST]
    if len(typed.split()) > MOST_PUT_RIGHT or all(engines.embedded().known(written, containers).values()):
        return
    for text, rest in ((whole, f" {last}"), (typed, "")):
        if len(text) >= spelling.SHORTEST:
            meant = spelling.corrected(expanded(Query(text=text), containers), containers)
            if meant:
                yield meant.text + rest


def searched(text: str) -> str:
    """The address of the results for these words."""
    return f"{reverse('search')}?{urlencode({'q': text})}"


def _titles(typed: str, containers: frozenset[str]) -> list[Match]:
    if not words.WORD.search(typed):
        return []
    cluster = engines.cluster()
    if cluster:
        try:
            return cluster.complete(typed, containers, MOST_TITLES)
        except SearchUnavailable:
            pass
    return engines.embedded().complete(typed, containers, MOST_TITLES)


def _names(typed: str, containers: frozenset[str]) -> dict[str, list[Item]]:
    """Terms of the thesaurus, topics, and spaces that the reader may read: one query, by hand."""
    spaces = sorted(int(name[6:]) for name in containers if name.startswith("space:"))
    folded = " ".join(folding.split(typed))
    # Nothing is found by no beginning. Words are letters and digits: nothing in them stands for others.
    label = f"{folded}%" if folded else ""
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(spaces=marks(spaces)), [label, *spaces])
        rows = cursor.fetchall()
    found: dict[str, list[Item]] = {}
    # There are few topics and spaces, and of "behavior" only its rules know that it begins "Behaviour".
    begun = (row for row in rows if row[0] == "term" or _is_begun(row[1], folded))
    for kind, name, slug in sorted(begun, key=lambda row: (row[2] != Label.Kind.PREFERRED, len(row[1]), row[1])):
        if len(found.setdefault(kind, [])) < MOST_NAMES:
            found[kind].append(Item(name, _address(kind, name, slug)))
    return found


def _is_begun(name: str, typed: str) -> bool:
    """Whether one of the name's words begins so, as it is written or in its other spelling."""
    name, other = " ".join(folding.split(name)), " ".join(map(one_spelling, folding.split(name)))
    meant = " ".join(map(one_spelling, typed.split()))
    return bool(typed) and (f" {typed}" in f" {name}" or f" {meant}" in f" {other}")


def _address(kind: str, name: str, slug: str) -> str:
    if kind == "topic":
        return f"{reverse('search')}?{urlencode({'topic': slug})}"
    return reverse("forum:space", args=[slug]) if kind == "space" else searched(name)


def _groups(found: dict[str, list[Item]]) -> list[Group]:
    return [Group(str(title), found[kind]) for kind, title in TITLES.items() if found.get(kind)]
