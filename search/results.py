"""What a reader is shown: hits loaded through each model's own rule of seeing, facets with their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import CharField, F, Model, Q, Value
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from events.models import WebinarPage
from forum.models import Post, Thread
from knowledge.models import ResourcePage
from search.highlights import Marker
from search.query import Match, Query
from vocabulary.models import Place, Sector, Topic

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from search.engines.embedded import Stored

KIND_NAMES: dict[str, str | Promise] = {
    "discussion": _("Discussions"),
    "resource": _("Resources"),
    "webinar": _("Webinars"),
    "person": _("People"),
}
FACET_TITLES: dict[str, str | Promise] = {
    "kind": _("What"),
    "type": _("Kind of resource"),
    "topic": _("Topic"),
    "sector": _("Sector"),
    "place": _("Place"),
}
# The rest of a long facet opens beneath these.
SHOWN_AT_ONCE = 8
MOST_VALUES = 40
# A row of results needs few of a model's columns, and reading them all is most of what loading costs.
_PAGE_FIELDS = ("title", "url_path")
_POST_FIELDS = (
    "number",
    "thread__title",
    "thread__slug",
    "thread__kind",
    "thread__answer",
    "thread__reply_count",
    "thread__last_post_at",
    "thread__space__name",
    "created_at",
)


class FacetValue(NamedTuple):
    value: str
    name: str
    count: int
    is_chosen: bool


class Facet(NamedTuple):
    """One group of checkboxes."""

    name: str
    title: str | Promise
    first: list[FacetValue]
    more: list[FacetValue]


class Hit(NamedTuple):
    """One result as its row shows it. `title` and `snippet` are escaped, with the query's words marked."""

    kind: str
    label: str | Promise
    title: SafeString
    url: str
    snippet: SafeString
    where: str = ""
    date: datetime | None = None
    year: int | None = None
    sectors: Sequence[tuple[str, str]] = ()
    replies: int | None = None
    is_answered: bool = False
    name: str = ""


@dataclass(frozen=True)
class Results:
    query: Query
    hits: list[Hit]
    total: int
    facets: list[Facet]
    is_partial_match: bool = False
    is_fallback: bool = False

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Every choice by name, with the query string that takes it out again."""
        return [
            (
                value.name,
                self.query.address(**{f"{facet.name}s": _without(self.query, facet.name, value.value)}),
            )
            for facet in self.facets
            for value in (*facet.first, *facet.more)
            if value.is_chosen
        ]


def _without(query: Query, facet: str, value: str) -> tuple[str, ...]:
    return tuple(one for one in query.choices[facet] if one != value)


class Names:
    """What topics, sectors and places are called; the shapes of sectors. One query."""

    def __init__(self, tags: Iterable[str]) -> None:
        slugs = defaultdict(set)
        for tag in tags:
            facet, _colon, slug = tag.partition(":")
            slugs[facet].add(slug)
        plain = Value("", CharField())
        vocabulary = (("topic", Topic, plain), ("sector", Sector, F("shape")), ("place", Place, plain))
        named = [
            model.objects.filter(slug__in=slugs[facet])
            .order_by()
            .values_list(Value(facet, CharField()), "slug", "name", shape)
            for facet, model, shape in vocabulary
            if slugs[facet]
        ]
        rows = list(named[0].union(*named[1:], all=True)) if named else []
        self.types = dict(ResourcePage.Kind.choices) if slugs["type"] else {}
        self.names = {f"{facet}:{slug}": name for facet, slug, name, _shape in rows}
        self.shapes = {f"{facet}:{slug}": shape for facet, slug, _name, shape in rows if shape}

    def of(self, facet: str, slug: str) -> str | None:
        """None for what has been taken out of the vocabulary."""
        if facet == "kind":
            return str(KIND_NAMES[slug]) if slug in KIND_NAMES else None
        if facet == "type":
            return self.types.get(slug)
        return self.names.get(f"{facet}:{slug}")


def facets(query: Query, counts: Mapping[str, Mapping[str, int]], names: Names) -> list[Facet]:
    """Checkboxes for each counted facet: chosen ones first, then the most common."""
    made = []
    for facet in query.counted:
        chosen = query.choices.get(facet, ())
        numbers = {**dict.fromkeys(chosen, 0), **counts.get(facet, {})}
        values = [
            FacetValue(value, name, number, value in chosen)
            for value, number in numbers.items()
            if (name := names.of(facet, value))
        ]
        values.sort(key=lambda value: (not value.is_chosen, -value.count, value.name))
        shown = max(SHOWN_AT_ONCE, len(chosen))
        if values:
            made.append(Facet(facet, FACET_TITLES[facet], values[:shown], values[shown:MOST_VALUES]))
    return made


def load(matches: Iterable[Match], user: User | AnonymousUser) -> dict[str, Model]:
    """The rows behind these matches that this reader may see, by key; one query for each sort of row."""
    ids: dict[str, list[int]] = defaultdict(list)
    for match in matches:
        name, _colon, number = match.key.partition(":")
        ids[name].append(int(number))
    rows: dict[str, Model] = {}
    if ids["thread"] or ids["post"]:
        rows |= _load_posts(ids["thread"], ids["post"], user)
    if ids["resource"]:
        resources = ResourcePage.objects.visible_to(user).filter(pk__in=ids["resource"])
        rows |= {
            f"resource:{page.pk}": page for page in resources.only(*_PAGE_FIELDS, "kind", "publisher", "year")
        }
    if ids["webinar"]:
        webinars = WebinarPage.objects.visible_to(user).filter(pk__in=ids["webinar"])
        rows |= {f"webinar:{page.pk}": page for page in webinars.only(*_PAGE_FIELDS)}
    if ids["person"]:
        people = User.objects.visible_to(user).listed().filter(pk__in=ids["person"])
        rows |= {f"person:{person.pk}": person for person in people.select_related("sector", "place")}
    return rows


def _load_posts(threads: list[int], posts: list[int], user: User | AnonymousUser) -> dict[str, Model]:
    """Posts by their own keys, and opening posts by those of their threads. What is hidden is not in search at all."""
    found = Post.objects.visible_to(user).filter(hidden_at__isnull=True, thread__hidden_at__isnull=True)
    found = found.filter(Q(pk__in=posts) | Q(thread__in=threads, number=1)).select_related("thread__space")
    rows: dict[str, Model] = {}
    for post in found.only(*_POST_FIELDS):
        if post.number == 1:
            rows[f"thread:{post.thread_id}"] = post.thread
        else:
            rows[f"post:{post.pk}"] = post
    return rows


class Rows:
    """Makes hits from rows: one function for each model."""

    def __init__(self, query: Query, stored: Mapping[str, Stored], names: Names) -> None:
        self.marker = Marker(query)
        self.stored = stored
        self.names = names

    def hit(self, key: str, row: Model) -> Hit:
        if isinstance(row, Thread):
            return self._thread(key, row)
        if isinstance(row, Post):
            return self._post(key, row)
        if isinstance(row, User):
            return self._person(key, row)
        return self._page(key, row)  # type: ignore[arg-type]

    def _thread(self, key: str, thread: Thread) -> Hit:
        return Hit(
            kind="discussion",
            label=Thread.Kind(thread.kind).label,
            title=self.marker.whole(thread.title),
            url=thread.get_absolute_url(),
            snippet=self._snippet(key, "body"),
            where=thread.space.name,
            date=thread.last_post_at,
            sectors=self._sectors(key),
            replies=thread.reply_count,
            is_answered=thread.answer_id is not None,
        )

    def _post(self, key: str, post: Post) -> Hit:
        return Hit(
            kind="discussion",
            label=_("Reply in a discussion"),
            title=self.marker.whole(post.thread.title),
            url=post.get_absolute_url(),
            snippet=self._snippet(key, "body"),
            where=post.thread.space.name,
            date=post.created_at,
            sectors=self._sectors(key),
            replies=post.thread.reply_count,
            is_answered=post.thread.answer_id is not None,
        )

    def _page(self, key: str, page: ResourcePage | WebinarPage) -> Hit:
        is_webinar = isinstance(page, WebinarPage)
        stored = self.stored.get(key)
        return Hit(
            kind="webinar" if is_webinar else "resource",
            label=_("Webinar") if isinstance(page, WebinarPage) else ResourcePage.Kind(page.kind).label,
            title=self.marker.whole(page.title),
            url=page.get_url() or "",
            snippet=self._snippet(key, "summary", "body", "keywords"),
            date=stored.date if stored and is_webinar else None,
            year=None if isinstance(page, WebinarPage) else page.year,
            where="" if isinstance(page, WebinarPage) else page.publisher,
            sectors=self._sectors(key),
        )

    def _person(self, key: str, person: User) -> Hit:
        return Hit(
            kind="person",
            label=_("Person"),
            title=self.marker.whole(person.display_name),
            url=person.get_absolute_url(),
            snippet=self._snippet(key, "body"),
            where=", ".join(filter(None, (person.job_title, str(person.place or "")))),
            sectors=self._sectors(key),
            name=person.display_name,
        )

    def _sectors(self, key: str) -> list[tuple[str, str]]:
        """Name and shape of the first sectors."""
        stored = self.stored.get(key)
        tags = [tag for tag in (stored.tags if stored else ()) if tag in self.names.shapes]
        return [(self.names.names[tag], self.names.shapes[tag]) for tag in tags[:3]]

    def _snippet(self, key: str, *fields: str) -> SafeString:
        """The passage of these fields that answers best."""
        stored = self.stored.get(key)
        return self.marker.passage(*(stored.texts[name] for name in fields if stored))
