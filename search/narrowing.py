"""What a query's operators mean: names looked up in the database, among what its reader may know of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import slugify

from forum.models import Space
from search.query import Limits, Query
from search.writings import Writings
from vocabulary.models import Place, Topic
from vocabulary.spelling import one_spelling

# What people call the kinds of things, for `in:`.
KINDS_CALLED = {
    "discussion": "discussion", "discussions": "discussion", "community": "discussion", "forum": "discussion",
    "threads": "discussion", "resource": "resource", "resources": "resource", "library": "resource",
    "collection": "collection", "collections": "collection", "webinar": "webinar", "webinars": "webinar",
    "people": "person", "members": "person", "directory": "person",
}  # fmt: skip

_SECOND_DAY = date(1, 1, 2)


@dataclass
class _Named:
    """Names that were typed and what they are: tags, and spaces for `in:`."""

    tags: list[tuple[str, ...]] = field(default_factory=list)
    spaces: set[str] = field(default_factory=set)
    barred_tags: list[str] = field(default_factory=list)
    barred_spaces: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)


def narrowed(query: Query, writings: Writings, containers: frozenset[str]) -> tuple[Query, frozenset[str]]:
    """The query with its limits, and what of the containers it is about; both are of one reader.

    What names nothing that the reader may know of is searched as plain words. Nothing is asked where no operator is.
    """
    filters = query.wanted.filters
    if not filters:
        return query, containers
    named = _named(query, containers)
    limits = Limits(
        keys=_written_by(filters.by, writings) if filters.by else None,
        after=_midnight(filters.after),
        before=_midnight(filters.before),
        tags=(*named.tags, *((f"is:{state}",) for state in dict.fromkeys(filters.states))),
        without=tuple(dict.fromkeys(named.barred_tags)),
    )
    among = (frozenset(named.spaces) if named.spaces else containers) - named.barred_spaces
    return replace(query, plain=frozenset(named.unknown), limits=limits), among


def _midnight(day: date | None) -> datetime | None:
    """Where that day began for the reader. East of Greenwich the very first one began before there is any time."""
    return timezone.make_aware(datetime.combine(max(day, _SECOND_DAY), time.min)) if day else None


def _written_by(names: tuple[str, ...], writings: Writings) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for name in names for key in writings.keys_by(name)))


def _named(query: Query, containers: frozenset[str]) -> _Named:
    """One query for all names of topics, spaces and places."""
    filters, named = query.wanted.filters, _Named()
    rooms = [name for name in filters.within if name.lower() not in KINDS_CALLED]
    barred = {sort: tuple(value for name, value in filters.barred if name == sort) for sort in ("topic", "in")}
    known = _look_up((*filters.topics, *barred["topic"]), [*rooms, *barred["in"]], containers)
    for name, value in filters.barred:
        _bar(named, name, value, known)
    for name in filters.topics:
        slug = known.get(("topic", slugify(name)))
        if slug:
            named.tags.append((f"topic:{slug}",))
        else:
            named.unknown.add(f"topic:{name}".lower())
    called = (KINDS_CALLED.get(name.lower()) for name in filters.within)
    kinds = tuple(dict.fromkeys(f"kind:{kind}" for kind in called if kind))
    places = []
    for name in rooms:
        space, place = known.get(("space", slugify(name))), known.get(("place", slugify(name)))
        if space:
            named.spaces.add(f"space:{space}")
        elif place:
            places.append(f"place:{place}")
        else:
            named.unknown.add(f"in:{name}".lower())
    named.tags += [either for either in (kinds, tuple(places)) if either]
    return named


def _bar(named: _Named, name: str, value: str, known: dict[tuple[str, str], str]) -> None:
    """What a minus stands before: a topic, a kind, a space, a place or a state."""
    slug = slugify(value)
    if name == "is":
        named.barred_tags.append(f"is:{value.lower()}")
    elif name == "topic" and ("topic", slug) in known:
        named.barred_tags.append(f"topic:{known['topic', slug]}")
    elif name == "in" and value.lower() in KINDS_CALLED:
        named.barred_tags.append(f"kind:{KINDS_CALLED[value.lower()]}")
    elif name == "in" and ("space", slug) in known:
        named.barred_spaces.add(f"space:{known['space', slug]}")
    elif name == "in" and ("place", slug) in known:
        named.barred_tags.append(f"place:{known['place', slug]}")
    else:
        named.unknown.add(f"-{name}:{value}".lower())


def _look_up(topics: tuple[str, ...], names: list[str], containers: frozenset[str]) -> dict[tuple[str, str], str]:
    """By what sort of thing and the slug that was meant: the slug of a topic or place, the number of a space.

    Only of spaces that the reader may read: another whose name begins alike would stand before it, and so be known.
    """
    asked: list[QuerySet] = []
    # There are few of each, and each has the spellings of its words: "behavior" names behaviour.
    if topics:
        asked.append(_rows(Topic.objects.all(), "topic", "slug"))
    if names:
        readable = [int(name[6:]) for name in containers if name.startswith("space:")]
        asked.append(_rows(Space.objects.filter(pk__in=readable), "space", "pk"))
        asked.append(_rows(Place.objects.all(), "place", "slug"))
    if not asked:
        return {}
    rows = sorted(asked[0].union(*asked[1:], all=True), key=lambda row: len(row[1]))
    wanted = {slug: f"{_one_spelling(slug)}-" for slug in map(slugify, (*topics, *names)) if slug}
    found: dict[tuple[str, str], str] = {}
    for sort, slug, value in rows:
        written = f"{_one_spelling(slug)}-"
        for each, beginning in wanted.items():
            if written.startswith(beginning):
                found.setdefault((sort, each), value)
    return found


def _one_spelling(slug: str) -> str:
    return "-".join(map(one_spelling, slug.split("-")))


def _rows(rows: QuerySet, sort: str, value: str) -> QuerySet:
    text = Cast(F(value), CharField())
    return rows.order_by().values_list(Value(sort, CharField()), Cast("slug", CharField()), text)
