"""What is long goes into statements in parts: SQLite takes only so many parameters in one."""

import sqlite3

import pytest
from django.db import connection

from files.models import DocumentText, Passage, SiteDocument, library_collection
from knowledge.models import ResourceDocument, ResourcePage
from outbox.models import Job
from search import alerts, attachments, batches, engines, events, indexing, reconciling
from search.models import Entry
from search.sources import SOURCES, parts
from search.spoken import LONGEST
from tests import factories
from tests.search.community import announce

pytestmark = pytest.mark.django_db
# The largest statement that is always one writes 500 documents.
FEW, MANY = 4500, 4600


@pytest.fixture(autouse=True)
def sqlite_takes_few(db, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes 65,535 parameters, always")
    limit = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER
    connection.ensure_connection()
    before = connection.connection.setlimit(limit, FEW)
    monkeypatch.setattr(batches, "MOST_PARAMETERS", FEW // 2)
    yield
    connection.connection.setlimit(limit, before)


@pytest.fixture
def report():
    """A resource with a file of very many passages."""
    page = factories.make_resource(title="Quiet evenings")
    document = SiteDocument.objects.create(title="Report", file="report.pdf", collection=library_collection())
    DocumentText.objects.create(document=document, outcome="read", version=document.version)
    Passage.objects.bulk_create(
        (Passage(document=document, number=number, text=f"Passage {number}") for number in range(MANY)), batch_size=100
    )
    ResourceDocument.objects.create(page=page, document=document)
    announce(ResourcePage, page)
    return page


def passages():
    return Entry.objects.filter(key__startswith="document:")


def test_lists_have_so_many_values_each():
    assert list(batches.batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches.batches([])) == []


def test_a_resource_with_a_very_long_file_is_indexed_compared_and_taken_out(report):
    assert passages().count() == MANY
    assert len(engines.embedded().stored(passages().values_list("key", flat=True))) == MANY
    assert len(alerts._documents_of([*others("resource:"), f"resource:{report.pk}"])) == MANY + 1
    assert attachments.pages_with([*others(), report.documents.get().document_id]) == [report.pk]
    assert not reconciling.compare(reconciling.embedded(), SOURCES["resource"], mend=False, tell=lambda rows: None)
    report.unpublish()
    assert not passages().exists()


def others(name=""):
    """Of none that there is."""
    return [f"{name}{number}" if name else number for number in range(10_000, 10_000 + MANY)]


def test_a_very_long_file_whose_resource_vanished_is_forgotten(report):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM knowledge_resourcedocument")
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("DELETE FROM knowledge_resourcepage WHERE page_ptr_id = %s", [report.pk])
    assert indexing.forget_missing(SOURCES["resource"]) == MANY + 1
    assert not passages().exists()


def test_rows_with_many_parts_are_indexed_few_at_once(monkeypatch):
    source, pages, held = SOURCES["resource"], [], []
    for number in range(4):
        pages.append(page := factories.make_resource(title=f"Resource {number}"))
        document = SiteDocument.objects.create(title="Plan", file=f"{number}.pdf", collection=library_collection())
        DocumentText.objects.create(document=document, outcome="read", version=document.version)
        for each in range(3):
            Passage.objects.create(document=document, number=each, text="Words")
        ResourceDocument.objects.create(page=page, document=document)
    ids = [page.pk for page in pages]
    monkeypatch.setattr(parts, "MOST_PARTS", 8)
    store = indexing.store
    monkeypatch.setattr(indexing, "store", lambda source, ids, *rows: (held.append(ids), store(source, ids, *rows)))
    for _ in ("before they are indexed", "and after"):
        held.clear()
        announce(ResourcePage, *pages)
        assert held == [ids[:2], ids[2:]]
        assert list(source.light(ids)) == list(source.batches()) == [ids[:2], ids[2:]]
        # A branch whose readers change is told in the editor's request, which makes no documents; the worker does.
        branch = f"page:{pages[0].get_parent().pk}"
        assert next(indexing.members_of(branch)) == (source, ids)
        held.clear()
        indexing.drain([Job(kind=events.KIND, subject=branch)])
        assert held[:2] == [ids[:2], ids[2:]]


def test_webinars_with_long_transcripts_are_indexed_few_at_once(monkeypatch):
    pages = [factories.make_webinar(title=f"Webinar {number}") for number in range(3)]
    for page in pages[:2]:
        factories.make_session(page, transcript="Words. " * 3 * LONGEST)
    monkeypatch.setattr(parts, "MOST_PARTS", 22)
    ids = [page.pk for page in pages]
    assert list(SOURCES["webinar"].light(ids)) == [ids[:1], ids[1:]]
