"""The rows behind what an engine found, through each model's own rule of seeing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.prepared import PreparedForReader
from events.models import Session, WebinarPage
from files.models import Passage
from forum.models import Post, Thread
from knowledge.models import ReadingList, ResourcePage
from search.query import PAGE_SIZE, Match
from search.spoken import Minute, minutes_of
from web.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


# All numbers that a database takes.
_KEY = re.compile(r"([a-z]+):(\d{1,9})(?::(\d{1,9}))?", re.ASCII)


class PageRow(NamedTuple):
    pk: int
    title: str
    url_path: str
    kind: str = ""
    publisher: str = ""
    year: int | None = None


class PostRow(NamedTuple):
    """A post with what its row says of its thread."""

    pk: int
    number: int
    created_at: datetime
    thread_id: int
    thread__title: str
    thread__slug: str
    thread__kind: str
    thread__answer_id: int | None
    thread__reply_count: int
    thread__last_post_at: datetime
    thread__space__name: str


class FileRow(NamedTuple):
    """A passage of a document, and the resource under which it was found."""

    page: PageRow
    document: int
    title: str
    filename: str
    number: int | None


class MomentRow(NamedTuple):
    """What was said from a second of a session's recording on; nothing where its transcript has changed since."""

    page: PageRow
    session: int
    second: int
    said: Minute | None


class CollectionRow(NamedTuple):
    pk: int
    title: str


Row = PageRow | PostRow | FileRow | MomentRow | CollectionRow | User


def _names(of: str) -> list[str]:
    """Parameters for as many rows as a page has at most."""
    return [f"{of}{place}" for place in range(PAGE_SIZE)]


def _filled(of: str, ids: Sequence[int]) -> dict[str, int]:
    """Values for `_names`: what a page has fewer of is asked for as row 0, which there never is."""
    return dict(zip(_names(of), [*ids, *[0] * (PAGE_SIZE - len(ids))], strict=True))


def _some_resources(reader: User | AnonymousUser, **ids: int) -> QuerySet[ResourcePage, Any]:
    found = ResourcePage.objects.visible_to(reader).filter(pk__in=list(ids.values()))
    return found.order_by().values_list(*PageRow._fields)


def _some_posts(reader: User | AnonymousUser, **ids: int) -> QuerySet[Post, Any]:
    posts, threads = ([ids[name] for name in _names(of)] for of in ("post", "thread"))
    # Asked of each post's own thread: SQLite would list all visible threads first, for twenty posts.
    seen = Exists(Thread.objects.visible_to(reader).filter(pk=OuterRef("thread")))
    found = Post.objects.filter(seen, hidden_at__isnull=True, thread__hidden_at__isnull=True)
    found = found.filter(Q(pk__in=posts) | Q(thread__in=threads, number=1))
    return found.order_by().values_list(*PostRow._fields)


def _some_passages(**ids: int) -> QuerySet[Passage, Any]:
    found = Passage.objects.findable().filter(pk__in=list(ids.values())).order_by()
    return found.values_list("pk", "document", "document__title", "document__file", "page")


RESOURCES = PreparedForReader(_some_resources, *_names("resource"))
POSTS = PreparedForReader(_some_posts, *_names("post"), *_names("thread"))
PASSAGES = Prepared(_some_passages, *_names("passage"))


def load(matches: Iterable[Match], user: User | AnonymousUser) -> dict[str, Row]:
    """The rows behind these matches that this reader may see, by key; one query for each sort of row.

    Few columns and no models but for people: making models of twenty pages costs more than all queries together.
    """
    keys: dict[str, list[Key]] = defaultdict(list)
    for match in matches:
        # What others wrote into a cluster that is not ours alone is left out.
        if understood := _KEY.fullmatch(match.key):
            name, number, part = understood.groups()
            keys[name].append(Key(match.key, int(number), int(part or 0)))
    rows: dict[str, Row] = {}
    if keys["thread"] or keys["post"]:
        rows |= _load_posts(keys["thread"], keys["post"], user)
    if keys["resource"] or keys["document"]:
        rows |= _load_resources(keys["resource"], keys["document"], user)
    if keys["webinar"] or keys["session"]:
        rows |= _load_webinars(keys["webinar"], keys["session"], user)
    if keys["collection"]:
        lists = ReadingList.objects.open_to_all().filter(pk__in=[key.pk for key in keys["collection"]])
        rows |= {f"collection:{pk}": CollectionRow(pk, title) for pk, title in lists.values_list("pk", "title")}
    if keys["person"]:
        people = User.objects.visible_to(user).listed().filter(pk__in=[key.pk for key in keys["person"]])
        rows |= {f"person:{person.pk}": person for person in people.select_related("sector", "place")}
    return rows


def resources_among(matches: Iterable[Match], user: User | AnonymousUser) -> list[int]:
    """Numbers of the resources that were found, in their order: of those that this reader may see, with what they were
    found by. Of a document that was closed since nobody is told what it says.
    """
    of_resources = [match for match in matches if match.group.startswith("resource:")]
    found: list[int] = []
    for start in range(0, len(of_resources), PAGE_SIZE):
        some = of_resources[start : start + PAGE_SIZE]
        rows = load(some, user)
        pages = (row.page if isinstance(row, FileRow) else row for match in some if (row := rows.get(match.key)))
        found += [page.pk for page in pages if isinstance(page, PageRow)]
    return found


class Key(NamedTuple):
    """A document's key, understood: "resource:5", or "session:5:60" for the part of a row."""

    text: str
    pk: int
    part: int


def _load_posts(threads: list[Key], posts: list[Key], user: User | AnonymousUser) -> dict[str, Row]:
    """Posts by their own keys, and opening posts by those of their threads. What is hidden is not in search at all."""
    ids = {**_filled("post", [key.pk for key in posts]), **_filled("thread", [key.pk for key in threads])}
    rows = [PostRow(*row) for row in POSTS.rows(user, **ids)]
    return {f"thread:{row.thread_id}" if row.number == 1 else f"post:{row.pk}": row for row in rows}


def _load_resources(resources: list[Key], passages: list[Key], user: User | AnonymousUser) -> dict[str, Row]:
    """Resources by their own keys, and passages of their documents by theirs."""
    ids = [key.pk for key in (*resources, *passages)]
    pages = {row[0]: PageRow(*row) for row in RESOURCES.rows(user, **_filled("resource", ids))}
    rows: dict[str, Row] = {key.text: pages[key.pk] for key in resources if key.pk in pages}
    if passages:
        found = {row[0]: row[1:] for row in PASSAGES.rows(**_filled("passage", [key.part for key in passages]))}
        for key in passages:
            if key.pk in pages and key.part in found:
                document, title, path, number = found[key.part]
                rows[key.text] = FileRow(pages[key.pk], document, title, PurePosixPath(path).name, number)
    return rows


def _load_webinars(webinars: list[Key], moments: list[Key], user: User | AnonymousUser) -> dict[str, Row]:
    """Webinars by their own keys, and what was said in their recordings by theirs."""
    wanted = Q(pk__in=[key.pk for key in webinars]) | Q(sessions__in=[key.pk for key in moments])
    found = WebinarPage.objects.visible_to(user).filter(wanted).order_by()
    pages, of_sessions = {}, {}
    for pk, title, url_path, session in found.values_list("pk", "title", "url_path", "sessions"):
        pages[pk] = of_sessions[session] = PageRow(pk, title, url_path)
    rows: dict[str, Row] = {key.text: pages[key.pk] for key in webinars if key.pk in pages}
    seen = [key for key in moments if key.pk in of_sessions]
    if seen:
        sessions = Session.objects.filter(pk__in=[key.pk for key in seen]).order_by()
        said = {pk: minutes_of(transcript) for pk, transcript in sessions.values_list("pk", "transcript")}
        for key in seen:
            rows[key.text] = MomentRow(of_sessions[key.pk], key.pk, key.part, said.get(key.pk, {}).get(key.part))
    return rows
