"""Resources and webinars as documents, with the passages of their files and the minutes of their recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from events.models import Session, WebinarPage
from knowledge.models import ResourcePage
from search import documents
from search.documents import Document
from search.passages import passages_of
from search.rated import tags_of
from search.sources.filing import places_above, slugs
from search.spoken import minutes_of


def resources() -> QuerySet:
    found = ResourcePage.objects.live().select_related("place")
    return found.prefetch_related("topics", "sectors", "documents", "evidence", "steps", "practice_notes")


def webinars() -> QuerySet:
    fields = ("page", "starts_at", "ends_at", "is_cancelled", "capacity", "confirmed_count", "transcript")
    sessions = Session.objects.only(*fields).order_by("starts_at")
    found = WebinarPage.objects.live().select_related("place")
    return found.prefetch_related("topics", "sectors", Prefetch("sessions", sessions))


def resource_documents(pages: list[ResourcePage]) -> Iterator[Document]:
    above, branches = places_above(page.place for page in pages), Branches(pages)
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
            topics=slugs(page.topics.all()),
            sectors=slugs(page.sectors.all()),
            places=above.get(page.place_id or 0, ()),
            date=date,
            # Where nobody knows when it came out, when it came here.
            year=page.year or (date.year if date else None),
            ratings=tags_of(page.evidence.all()),
        )
        yield document
        for each in attached.get(page.pk, ()):
            yield _part(document, f"document:{page.pk}:{each.pk}", each.text, f"{page.title}. {each.title}")


def webinar_documents(pages: list[WebinarPage]) -> Iterator[Document]:
    above, branches = places_above(page.place for page in pages), Branches(pages)
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
            topics=slugs(page.topics.all()),
            sectors=slugs(page.sectors.all()),
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


def _text_of(body) -> str:
    """The words of a StreamField, block after block."""
    return " ".join(documents.plain(text) for block in body for text in block.block.get_searchable_content(block.value))
