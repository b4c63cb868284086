"""How the rows of each model become documents. What may not be found at all has no document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import User
from events.models import WebinarPage
from forum.models import Post, Thread
from knowledge.models import ReadingList, ResourcePage
from search.batches import batches
from search.documents import Document
from search.sources import discussions, listed, pages, parts

BATCH = 200


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
    # Of how many documents rows may be made, all in the row's group: passages of files, minutes of recordings.
    parts: Callable[[list[int]], Mapping[int, int]] | None = None

    @property
    def has_parts(self) -> bool:
        return self.parts is not None

    def key(self, pk: int) -> str:
        return f"{self.name}:{pk}"

    def documents_for(self, ids: Iterable[int]) -> list[Document]:
        """Documents of those of these rows that can be found at all, in the order of their numbers."""
        return list(self.documents(list(self.rows().filter(pk__in=list(ids)).order_by("pk"))))

    def documents_of(self, rows: Iterable[Model]) -> list[Document]:
        """Documents of those of these rows, all at hand as they stand now, that can be found at all."""
        return list(self.documents([row for row in rows if self.is_found is None or self.is_found(row)]))

    def batches(self, after: int = 0) -> Iterator[list[int]]:
        """The numbers of all rows, by keyset, so that memory stays flat."""
        numbers = self.model._default_manager.order_by("pk")
        while ids := list(numbers.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
            yield from self.light(ids)
            after = ids[-1]

    def light(self, ids: Iterable[int]) -> Iterator[list[int]]:
        """These rows, so many at once that memory can hold all their documents."""
        for some in batches(ids, BATCH):
            if self.parts is None or len(some) == 1:
                yield some
            else:
                yield from parts.light(some, self.parts(some))


SOURCES = {
    source.name: source
    for source in (
        Source(
            "resource",
            "resource",
            ResourcePage,
            pages.resources,
            pages.resource_documents,
            (2, None),
            parts=parts.of_resources,
        ),
        Source(
            "webinar",
            "webinar",
            WebinarPage,
            pages.webinars,
            pages.webinar_documents,
            (2, None),
            parts=parts.of_webinars,
        ),
        Source("thread", "discussion", Thread, discussions.threads, discussions.thread_documents, (1, "pk")),
        Source(
            "post",
            "discussion",
            Post,
            discussions.posts,
            discussions.post_documents,
            (1, "thread_id"),
            discussions.is_found,
        ),
        Source("collection", "collection", ReadingList, listed.collections, listed.collection_documents, (4, "pk")),
        Source("person", "person", User, listed.people, listed.people_documents, (3, "pk")),
    )
}


def source_of(model: type[Model]) -> Source | None:
    return next((source for source in SOURCES.values() if source.model is model), None)
