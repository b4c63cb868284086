"""Documents that hang on resources are read when they are new, and their resources indexed when they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Collection

from files import extraction, page_uses
from files.models import DocumentText, Passage, PassageQuerySet, SiteDocument
from files.reader import FORMATS
from knowledge.models import ResourceDocument, ResourcePage
from outbox.actions import enqueue, enqueue_each
from outbox.models import Job
from search import indexing
from search.batches import batches
from search.models import Entry
from search.passages import documents_of
from search.sources import BATCH, SOURCES

KIND = "document"
# What a job is about whose resources are to be indexed again, and nothing read.
PAGES = "pages"


def ask_to_read(pages: Iterable[int]) -> int:
    """Have the worker read what these resources offer and nobody has read yet. Returns how many documents."""
    asked = 0
    for batch in batches(pages, BATCH):
        offering = defaultdict[int, list[int]](list)
        for page in ResourcePage.objects.live().filter(pk__in=batch).prefetch_related("documents"):
            for pk in documents_of(page):
                offering[pk].append(page.pk)
        offered = SiteDocument.objects.filter(pk__in=offering).select_related("reading")
        unread = [document.pk for document in offered if not is_read(document)]
        enqueue_each(KIND, {f"document:{pk}": {"pages": offering[pk]} for pk in unread})
        asked += len(unread)
    return asked


def is_read(document: SiteDocument) -> bool:
    """Whether its words are known, and those of the file that it has now; not where its kind is read only since."""
    reading: DocumentText | None = getattr(document, "reading", None)
    if reading is None or reading.version != document.version:
        return False
    return reading.outcome != DocumentText.Outcome.UNKNOWN or document.file_extension.lower() not in FORMATS


def document_changed(document: SiteDocument) -> None:
    """Its file, its title or its collection: the resources that offer it are indexed again, once it is read.

    What stood in the file before it is found no more at once.
    """
    pages = pages_with([document.pk])
    if pages and not is_read(document):
        with transaction.atomic(savepoint=False):
            _close_hidden(pages, Passage.objects.filter(document=document))
            enqueue(KIND, subject=f"document:{document.pk}", payload={"pages": pages})
    elif pages:
        indexing.rows_changed(ResourcePage, pages)


def _close_hidden(pages: list[int], passages: PassageQuerySet) -> None:
    """Of these passages, have nobody find under these resources what nobody may, before the worker has indexed them."""
    hidden = set(passages.values_list("pk", flat=True)) - set(passages.findable().values_list("pk", flat=True))
    if hidden:
        indexing.close_parts(SOURCES["resource"], pages, hidden)


def pages_with(documents: Iterable[int]) -> list[int]:
    """Resources that offer one of these documents, or are found by one."""
    pages = set[int]()
    for some in batches(documents):
        pages |= set(ResourceDocument.objects.filter(document__in=some).values_list("page", flat=True))
        pages |= set(page_uses.pages_with("document", *some).order_by().values_list("pk", flat=True))
        pages |= _found_by(some)
    resources = (ResourcePage.objects.filter(pk__in=some) for some in batches(pages))
    return sorted(pk for some in resources for pk in some.values_list("pk", flat=True))


def _found_by(documents: list[int]) -> set[int]:
    """Wagtail learns which texts link to a document a moment after they are published; the index knew at once."""
    passages = set(Passage.objects.filter(document__in=documents, number=0).values_list("pk", flat=True))
    if not passages:
        return set()
    parts = Entry.objects.filter(key__startswith="document:").values_list("key", flat=True)
    if len(passages) == 1:
        # The database looks through them sooner than Python, for the one document that an editor saves.
        parts = parts.filter(key__endswith=f":{min(passages)}")
    found = (map(int, key.split(":")[1:]) for key in parts.iterator())
    return {page for page, passage in found if passage in passages}


def read_again(document: SiteDocument) -> None:
    """Have the worker read a document whatever is known of it."""
    enqueue(KIND, subject=f"document:{document.pk}", payload={"again": True})


def read(jobs: list[Job]) -> None:
    """The outbox's handler: read a document, then index the resources that offer it."""
    for job in jobs:
        name, _colon, number = job.subject.partition(":")
        if name == PAGES:
            indexing.rows_changed(ResourcePage, job.payload["pages"])
            continue
        pk = int(number)
        document = SiteDocument.objects.select_related("reading").filter(pk=pk).first()
        if document is None:
            continue
        if job.payload.get("again") or not is_read(document):
            extraction.extract(document)
        indexing.rows_changed(ResourcePage, {*job.payload.get("pages", ()), *pages_with([pk])})


def collection_changed(pk: int) -> None:
    """Who may see the documents of a collection and of those beneath it has changed, or where it lies."""
    path = Collection.objects.filter(pk=pk).values_list("path", flat=True).first()
    if path is not None:
        privacy_changed(SiteDocument.objects.filter(collection__path__startswith=path))


def privacy_changed(documents: QuerySet[SiteDocument]) -> None:
    """Who may find these documents has changed.

    What may not be found any more counts at once; the rest is the worker's.
    """
    pages = pages_with(documents.filter(passages__number=0).values_list("pk", flat=True))
    with transaction.atomic(savepoint=False):
        _close_hidden(pages, Passage.objects.filter(document__in=documents))
        enqueue_each(KIND, {f"{PAGES}:{batch[0]}": {"pages": batch} for batch in batches(pages, BATCH)})
