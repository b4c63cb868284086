"""Every place that tells readers of what search has found, as text, for test_no_leak.py."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import cycle
from typing import TYPE_CHECKING

from django.test import Client
from django.utils import timezone

from accounts.models import User
from knowledge.exchange.formats import WRITERS
from notifications.models import Event
from outbox.actions import drain
from outbox.models import Job
from search import alerts, completion, notifications, similar
from search.cards import cards
from search.exports import FORMATS, Export
from search.finding import find
from search.models import SavedSearch, ToldResult
from search.permissions import readable_containers
from search.promoted import chosen_for
from search.query import NEWEST, Match, Query
from tests.conftest import signed_in
from tests.search.things import WORD, Opening, Reader, Reply
from tests.search.things_library import Gathered, Resource

if TYPE_CHECKING:
    from tests.search.worlds import World

_SET = re.compile(r"<setSpec>.*?</setSpec>")
Said = Iterator[tuple[str, str]]
# For visitors alone, whoever asks.
PUBLISHED = (
    f"/search/feed.atom?q={WORD}",
    f"/search/feed.rss?q={WORD}",
    "/feeds/resources.atom",
    "/feeds/resources.rss",
    "/feeds/kinds/research.atom",
    "/community/feed/",
    "/api/resources",
    "/api/collections",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
)
PAGES = (f"/search/?q={WORD}", f"/search/?q={WORD}&sort=newest", f"/library/?q={WORD}", "/library/")

# What counts, and names what it counts, takes the index's word for it.
COUNTING = frozenset({"results", "what an alert found", *PAGES})


def everything_said(world: World, user: Reader) -> Said:
    """What search says to this reader, and to those who publish it further, place by place."""
    yield from _said_by_functions(world, user)
    yield from _exported(user)
    client = signed_in(user) if user.is_authenticated else Client()
    for address in PAGES:
        yield address, read(client, address)
    for address in ("/search/complete/?q=", "/search/similar/?title="):
        yield address, read(client, address + WORD)
    yield from _cited(world, user, client)
    if user.is_authenticated:
        yield from _alerted(world, user)
    else:
        for address in PUBLISHED:
            # Whoever harvested a set is told there that something has left it.
            yield address, _SET.sub("", read(client, address))
        yield from _asked_of_the_api(world, client)


def asked_for(word: str, user: Reader) -> str:
    """What is shown to this reader, or taken along, of what has this word."""
    query = Query(text=word)
    export = Export(query, user, lambda path: path)
    lists = [line for form in ("csv", "ris") for line in FORMATS[form].lines(export)]
    feed = "" if user.is_authenticated else read(Client(), f"/search/feed.atom?q={word}").replace(word, "")
    return f"{find(query, user).hits} {''.join(lists)} {feed}"


def read(client: Client, address: str) -> str:
    """The page, or nothing where there is none for this reader."""
    answer = client.get(address)
    assert answer.status_code in (200, 302, 404), address
    return answer.getvalue().decode() if answer.status_code == 200 else ""


def _said_by_functions(world: World, user: Reader) -> Said:
    results = find(Query(text=WORD, size=20), user)
    yield "results", str(results)
    yield "hits", str(results.hits)
    yield "completion", str(completion.complete(WORD[:6], user))
    yield "similar", str(similar.similar_to(f"Something about a {WORD}", user, limit=20))
    yield "chosen", str(chosen_for(WORD, user))
    for thing in world.things:
        yield f"more like {thing.keys[0]}", str(similar.more_like(thing.keys[0], user, limit=12))
    # What was found a while ago is looked at again when it is told. People of a circle may hear of it there.
    yield "cards", str(cards([key for thing in world.things if not _is_in_circle(thing) for key in thing.keys], user))


def _is_in_circle(thing: object) -> bool:
    return isinstance(thing, Opening | Reply) and thing.post.thread.space.is_reflective


def _exported(user: Reader) -> Said:
    """By the view's own means: it lets an address have so many lists and no more."""
    everything = Query(text=WORD)
    for form, each in FORMATS.items():
        yield f"results.{form}", "".join(each.lines(Export(everything, user, lambda path: path)))
    library = Query(chosen={"kind": ("resource",)}, sort=NEWEST)
    yield "the library as a table", "".join(FORMATS["csv"].lines(Export(library, user, lambda path: path)))


def _cited(world: World, user: Reader, client: Client) -> Said:
    """References to each resource that the reader may not see, and collections as files, in one format or another."""
    forms = cycle(WRITERS)
    for thing in world.things:
        if isinstance(thing, Resource) and not thing.seen_by(user):
            for way in ("reference/", f"reference/{next(forms)}/"):
                address = f"/r/{thing.page.pk}/{way}"
                yield address, read(client, address)
        if isinstance(thing, Gathered):
            address = f"/lists/{thing.number}/export/{next(forms)}/"
            yield address, read(client, address)


def _asked_of_the_api(world: World, client: Client) -> Said:
    for thing in world.things:
        if isinstance(thing, Resource):
            yield "/api/resources/…", read(client, f"/api/resources/{thing.page.pk}")
        if isinstance(thing, Gathered):
            yield "/api/collections/…", read(client, f"/api/collections/{thing.number}")


def _alerted(world: World, user: User) -> Said:
    """What the worker finds for a search that they saved, what it tells them now, and what it has told before."""
    owners = {key: thing.name for thing in world.things for key in thing.keys}
    found = _found_anew(user) | {match.key for match in _matches(user, tuple(sorted(owners)))}
    yield "what an alert found", " ".join(owners.get(key, "") for key in sorted(found))
    for event in Event.objects.filter(kind=alerts.MESSAGE, object_id=user.pk):
        yield "alert", str(notifications._describe(event, user))


def _found_anew(user: User) -> set[str]:
    """By a search that was saved an hour ago, as if it had told nothing yet."""
    hour = timezone.now() - dt.timedelta(hours=1)
    Job.objects.filter(kind=alerts.JOB).delete()
    ToldResult.objects.all().delete()
    SavedSearch.objects.exclude(person=user).delete()
    SavedSearch.objects.update_or_create(
        person=user, address=f"q={WORD}", defaults={"frequency": "soon", "checked_at": hour, "due_at": hour}
    )
    before = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    alerts.plan()
    drain([alerts.JOB])
    told = Event.objects.filter(kind=alerts.MESSAGE, pk__gt=before)
    return {key for event in told for keys in event.data["found"].values() for key in keys}


def _matches(user: User, keys: tuple[str, ...]) -> list[Match]:
    """Of all that there is, also of what is not new."""
    return alerts._matches(SavedSearch(person=user, address=f"q={WORD}"), keys, readable_containers(user))
