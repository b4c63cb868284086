"""How the rows of each model become documents. What may not be found at all has no document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from accounts.models import User
from events.models import Session, WebinarPage
from forum.models import Post, Thread
from knowledge.models import ReadingList, ResourcePage
from search import documents
from search.documents import Document
from search.engines.statement import marks
from search.hanging import words_with
from search.passages import passages_of
from search.rated import tags_of
from search.spoken import minutes_of
from vocabulary.models import Place

BATCH = 200
# To be what helped counts as much as so many thanks.
ANSWER = 3
# Everything lies in the nation; counting by it helps nobody.
_PLACE_KINDS = (Place.Kind.REGION, Place.Kind.COUNCIL, Place.Kind.WARD)


@dataclass(frozen=True)
class Source:
    """One model as the index sees it: which rows can be found, and what each becomes."""

    name: str
    kind: str
    model: type[Model]
    rows: Callable[[], QuerySet]
    documents: Callable[[list], Iterable[Document]]
    # Changes to rows with one of these in common are indexed one after another (see PostgresEngine.lock).
    lock: tuple[int, str | None]
    # Whether a row at hand can be found: what `rows` asks of the database.
    is_found: Callable[[Any], bool] | None = None
    # A row may become several documents, all in the row's group: passages of its files, minutes of its recording.
    has_parts: bool = False

    def key(self, pk: int) -> str:
        return f"{self.name}:{pk}"

    def documents_for(self, ids: Iterable[int]) -> list[Document]:
        """Documents of those of these rows that can be found at all, in the order of their numbers."""
        return list(self.documents(list(self.rows().filter(pk__in=list(ids)).order_by("pk"))))

    def documents_of(self, rows: Iterable[Model]) -> list[Document]:
        """Documents of those of these rows, all at hand as they stand now, that can be found at all."""
        return list(self.documents([row for row in rows if self.is_found is None or self.is_found(row)]))

    def batches(self, after: int = 0, size: int = BATCH) -> Iterator[list[int]]:
        """The numbers of all rows, by keyset, so that memory stays flat."""
        numbers = self.model._default_manager.order_by("pk")
        while ids := list(numbers.filter(pk__gt=after).values_list("pk", flat=True)[:size]):
            yield ids
            after = ids[-1]


def _threads() -> QuerySet:
    opening = Post.objects.filter(thread=OuterRef("pk"), number=1, hidden_at__isnull=True)
    posts = Post.objects.filter(number=1).only("thread", "html", "thanks", "has_poll", "attachment_count")
    found = Thread.objects.filter(Exists(opening), hidden_at__isnull=True, space__is_reflective=False).select_related(
        "space__place"
    )
    return found.prefetch_related(Prefetch("posts", posts, to_attr="first_posts"))


def _posts() -> QuerySet:
    shown = Post.objects.filter(number__gt=1, hidden_at__isnull=True, thread__hidden_at__isnull=True)
    found = shown.filter(thread__space__is_reflective=False)
    return found.select_related("thread__space__place")


def _is_found(post: Post) -> bool:
    is_shown = post.hidden_at is None and post.thread.hidden_at is None
    return post.number > 1 and is_shown and not post.thread.space.is_reflective


def _resources() -> QuerySet:
    found = ResourcePage.objects.live().select_related("place")
    return found.prefetch_related("topics", "sectors", "documents", "evidence", "steps", "practice_notes")


def _webinars() -> QuerySet:
    fields = ("page", "starts_at", "ends_at", "is_cancelled", "capacity", "confirmed_count", "transcript")
    sessions = Session.objects.only(*fields).order_by("starts_at")
    found = WebinarPage.objects.live().select_related("place")
    return found.prefetch_related("topics", "sectors", Prefetch("sessions", sessions))


def _people() -> QuerySet:
    return User.objects.filter(is_active=True).listed().select_related("place", "sector", "organisation")


def _collections() -> QuerySet:
    return ReadingList.objects.open_to_all().filter(is_collection=True)


def _thread_documents(threads: list[Thread]) -> Iterator[Document]:
    filed = _filed_under(threads)
    hanging = words_with(thread.first_posts[0] for thread in threads)  # type: ignore[attr-defined]
    for thread in threads:
        opening = thread.first_posts[0]  # type: ignore[attr-defined]
        document = _in_thread(thread, filed, key=f"thread:{thread.pk}", body=_body(opening, hanging))
        yield replace(document, helpful=opening.thanks)


def _post_documents(posts: list[Post]) -> Iterator[Document]:
    filed = _filed_under([post.thread for post in posts])
    hanging = words_with(posts)
    for post in posts:
        yield _in_thread(post.thread, filed, key=f"post:{post.pk}", body=_body(post, hanging), post=post)


def _body(post: Post, hanging: dict[int, str]) -> str:
    return "\n".join(filter(None, (documents.plain(post.html), hanging.get(post.pk))))


_TAGS = """
    SELECT x.thread_id, 'topic', t.slug FROM vocabulary_topic t
      JOIN forum_thread_topics x ON x.topic_id = t.id WHERE x.thread_id IN ({marks})
    UNION ALL
    SELECT x.thread_id, 'sector', s.slug FROM vocabulary_sector s
      JOIN forum_thread_sectors x ON x.sector_id = s.id WHERE x.thread_id IN ({marks})
"""


class Filed(NamedTuple):
    """Slugs of what threads are filed under: topics and sectors by facet and thread, places by place."""

    tags: dict[tuple[str, int], list[str]]
    places: dict[int, tuple[str, ...]]

    def of(self, facet: str, thread: Thread) -> tuple[str, ...]:
        return tuple(sorted(self.tags.get((facet, thread.pk), ())))


def _filed_under(threads: list[Thread]) -> Filed:
    """Two queries at most. By hand: each reply asks, and the ORM takes longer over it than over inserting the reply."""
    ids = sorted({thread.pk for thread in threads})
    tags: dict[tuple[str, int], list[str]] = {}
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_TAGS.format(marks=marks(ids)), [*ids, *ids])
            for pk, facet, slug in cursor.fetchall():
                tags.setdefault((facet, pk), []).append(slug)
    return Filed(tags, _places_above(thread.space.place for thread in threads))


def _in_thread(thread: Thread, filed: Filed, *, key: str, body: str, post: Post | None = None) -> Document:
    """The thread's own document, or one of its posts': all that filters ask for is the same."""
    return Document(
        key=key,
        kind="discussion",
        group=f"thread:{thread.pk}",
        container=thread.space.container,
        within=(thread.space.container, f"discussion:{thread.pk}"),
        title="" if post else thread.title,
        context=thread.title if post else "",
        body=body,
        type=thread.kind,
        topics=filed.of("topic", thread),
        sectors=filed.of("sector", thread),
        places=filed.places.get(thread.space.place_id or 0, ()),
        # A reply brings its own date: the thread's document need not change with each. Its year, that is counted for
        # groups, is the thread's.
        date=(post or thread).created_at,
        year=thread.created_at.year,
        is_answered=thread.answer_id is not None if thread.is_asking else None,
        replies=thread.reply_count,
        helpful=post.thanks + ANSWER * (post.pk == thread.answer_id) if post else 0,
    )


def _resource_documents(pages: list[ResourcePage]) -> Iterator[Document]:
    above, branches = _places_above(page.place for page in pages), Branches(pages)
    attached = passages_of(pages)
    for page in pages:
        date = page.first_published_at or page.latest_revision_created_at
        document = Document(
            key=f"resource:{page.pk}",
            kind="resource",
            group=f"resource:{page.pk}",
            container=branches.container(page),
            within=branches.within(page),
            title=page.title,
            keywords=". ".join(filter(None, (page.subject_headings, page.authors, page.publisher))),
            summary=f"{page.bottom_line} {page.summary}".strip(),
            body=" ".join(filter(None, (_text_of(page.body), *page.texts))),
            type=page.kind,
            topics=_slugs(page.topics.all()),
            sectors=_slugs(page.sectors.all()),
            places=above.get(page.place_id or 0, ()),
            date=date,
            # Where nobody knows when it came out, when it came here.
            year=page.year or (date.year if date else None),
            ratings=tags_of(page.evidence.all()),
        )
        yield document
        for each in attached.get(page.pk, ()):
            yield _part(document, f"document:{page.pk}:{each.pk}", each.text, f"{page.title}. {each.title}")


def _webinar_documents(pages: list[WebinarPage]) -> Iterator[Document]:
    above, branches = _places_above(page.place for page in pages), Branches(pages)
    for page in pages:
        sessions = list(page.sessions.all())
        speakers = [f"{block.value['name']}, {block.value['job']}" for block in page.speakers]
        date = sessions[-1].starts_at if sessions else page.first_published_at
        document = Document(
            key=f"webinar:{page.pk}",
            kind="webinar",
            group=f"webinar:{page.pk}",
            container=branches.container(page),
            within=branches.within(page),
            title=page.title,
            keywords=". ".join(speakers),
            summary=page.summary,
            body=_text_of(page.body),
            topics=_slugs(page.topics.all()),
            sectors=_slugs(page.sectors.all()),
            places=above.get(page.place_id or 0, ()),
            date=date,
            year=date.year if date else None,
            is_open=is_open(sessions),
        )
        yield document
        for session in sessions:
            for second, minute in minutes_of(session.transcript).items():
                yield _part(document, f"session:{session.pk}:{second}", minute.text, page.title)


def _part(whole: Document, key: str, body: str, context: str) -> Document:
    """One passage: filed and seen as the whole, with words of its own alone."""
    return replace(whole, key=key, title="", keywords="", summary="", body=body, context=context)


def is_open(sessions: Iterable[Session]) -> bool:
    """Whether one of these sessions is to come and has a place left."""
    now = timezone.now()
    return any(each.ends_at > now and not each.is_cancelled and not each.is_full for each in sessions)


def _people_documents(people: list[User]) -> Iterator[Document]:
    above = _places_above(person.place for person in people)
    for person in people:
        yield Document(
            key=f"person:{person.pk}",
            kind="person",
            group=f"person:{person.pk}",
            container=documents.PEOPLE,
            title=person.display_name,
            keywords=". ".join(filter(None, (person.job_title, str(person.organisation or "")))),
            summary=". ".join(filter(None, (str(person.sector or ""), str(person.place or "")))),
            body=documents.plain(person.about_html),
            sectors=_slugs([person.sector] if person.sector else []),
            places=above.get(person.place_id or 0, ()),
            date=person.date_joined.astimezone(UTC),
        )


def _collection_documents(collections: list[ReadingList]) -> Iterator[Document]:
    """Its own words: what is in it is found by itself, and need not be for everybody."""
    for each in collections:
        yield Document(
            key=f"collection:{each.pk}",
            kind="collection",
            group=f"collection:{each.pk}",
            container=documents.PUBLIC,
            title=each.title,
            summary=each.note,
            date=each.changed_at,
        )


class Branches:
    """Where pages stand in the tree, for a batch of them: what is above each, and whose privacy it inherits."""

    def __init__(self, pages: Iterable[Page]) -> None:
        paths = {path for page in pages for path in _paths(page.path)}
        self.numbers = dict(Page.objects.filter(path__in=paths).values_list("path", "pk"))
        self.restricted = frozenset(PageViewRestriction.objects.values_list("page_id", flat=True))

    def within(self, page: Page) -> tuple[str, ...]:
        """The page and everything above it."""
        return tuple(f"page:{self.numbers[path]}" for path in _paths(page.path) if path in self.numbers)

    def container(self, page: Page) -> str:
        """The nearest page, upwards from this one, whose privacy was set."""
        chain = [self.numbers.get(path) for path in reversed(_paths(page.path))]
        return next((f"page:{pk}" for pk in chain if pk in self.restricted), documents.PUBLIC)


def _paths(path: str) -> list[str]:
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def _places_above(places: Iterable[Place | None]) -> dict[int, tuple[str, ...]]:
    """Each place's own slug and those of all above it, by the place's number. One query."""
    wanted = {place.pk: place.path for place in places if place}
    step = Place.steplen
    chains = {pk: [path[:end] for end in range(step, len(path) + 1, step)] for pk, path in wanted.items()}
    paths = {path for chain in chains.values() for path in chain}
    if not paths:
        return {}
    named = dict(Place.objects.filter(path__in=paths, kind__in=_PLACE_KINDS).values_list("path", "slug"))
    return {pk: tuple(named[path] for path in chain if path in named) for pk, chain in chains.items()}


def _slugs(rows: Iterable) -> tuple[str, ...]:
    return tuple(sorted(row.slug for row in rows))


def _text_of(body) -> str:
    """The words of a StreamField, block after block."""
    return " ".join(documents.plain(text) for block in body for text in block.block.get_searchable_content(block.value))


SOURCES = {
    source.name: source
    for source in (
        Source("resource", "resource", ResourcePage, _resources, _resource_documents, (2, None), has_parts=True),
        Source("webinar", "webinar", WebinarPage, _webinars, _webinar_documents, (2, None), has_parts=True),
        Source("thread", "discussion", Thread, _threads, _thread_documents, (1, "pk")),
        Source("post", "discussion", Post, _posts, _post_documents, (1, "thread_id"), _is_found),
        Source("collection", "collection", ReadingList, _collections, _collection_documents, (4, "pk")),
        Source("person", "person", User, _people, _people_documents, (3, "pk")),
    )
}


def source_of(model: type[Model]) -> Source | None:
    return next((source for source in SOURCES.values() if source.model is model), None)
