"""What stands inside the documents of resources is found under them, by whoever may see them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction, ReferenceIndex

from files import actions
from files.models import SiteDocument, library_collection
from knowledge.models import ResourceDocument, ResourcePage
from outbox.actions import drain
from outbox.models import Job
from search import attachments, events
from search.models import Entry
from tests import factories
from tests.conftest import signed_in
from tests.files import documents
from tests.search.community import announce, restrict

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def store(content, name="plan.pdf", title="Our plan", collection=None):
    upload = SimpleUploadedFile(name, content)
    return actions.store_document(
        uploader=None, upload=upload, title=title, collection=collection or library_collection()
    )


def attach(document, page=None, **fields):
    page = page or factories.make_resource(**{"title": "Quiet evenings", **fields})
    ResourceDocument.objects.create(page=page, document=document)
    announce(ResourcePage, page)
    drain([attachments.KIND])
    return page


def hits(client, words="heron"):
    return client.get("/search/", {"q": words}).context["results"].hits


def passages():
    return Entry.objects.filter(key__startswith="document:")


def test_a_passage_is_found_under_its_resource_with_file_and_page(client):
    page = attach(store(documents.pdf("A page about nothing", "The <heron> waits in shallow water")))
    (hit,) = hits(client, "shallow heron")
    assert (hit.kind, str(hit.title), hit.url) == ("resource", "Quiet evenings", page.url)
    assert hit.snippet == "The &lt;<mark>heron</mark>&gt; waits in <mark>shallow</mark> water"
    document = page.documents.get().document
    assert hit.found_in.url == f"{document.url}#page=2"
    assert hit.found_in.text == "In the file: Our plan (PDF), page 2"
    shown = client.get("/search/", {"q": "heron"}).content.decode()
    assert f'href="{document.url}#page=2"' in shown


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.docx", documents.word("A heron"), "In the file: Our plan (DOCX)"),
        ("a.html", b"<p>A heron", "In the file: Our plan (HTML)"),
    ],
)
def test_what_has_no_pages_is_named_without_one(client, name, content, text):
    document = SiteDocument.objects.create(title="Our plan", file=ContentFile(content, name))
    attach(document)
    (hit,) = hits(client)
    assert (hit.found_in.text, hit.found_in.url) == (text, document.url)


def test_slides_are_called_slides(client):
    attach(SiteDocument.objects.create(title="Talk", file=ContentFile(documents.slides("One", "A heron"), "a.pptx")))
    (hit,) = hits(client)
    assert hit.found_in.text == "In the file: Talk (PPTX), slide 2"


def test_a_resource_and_its_passages_are_one_result(client):
    attach(store(documents.pdf("heron one", "heron two", "heron three")), title="heron", summary="heron")
    response = client.get("/search/?q=heron")
    assert response.context["results"].total == 1
    counts = {facet.name: facet.first for facet in response.context["results"].facets}
    assert [value.number for value in counts["kind"]] == [1]


def link(document):
    page = factories.make_resource(title="Quiet evenings")
    page.body = [("text", f'<p>See <a linktype="document" id="{document.pk}">our plan</a></p>')]
    page.save_revision().publish()
    drain([attachments.KIND])
    return page


def test_documents_linked_in_the_text_count_too(client):
    page = link(store(documents.pdf("A heron")))
    assert [hit.url for hit in hits(client)] == [page.url]


@pytest.mark.parametrize("how", ["deleted", "closed"])
def test_a_document_linked_in_a_text_is_out_of_search_at_once_before_wagtail_knows_of_the_link(client, how):
    collection = Collection.get_first_root_node().add_child(name="Papers")
    document = store(documents.pdf("A heron"), collection=collection)
    link(store(documents.pdf("A quagga"), name="other.pdf"))
    link(document)
    # On a site its worker fills this, a moment later.
    ReferenceIndex.objects.all().delete()
    if how == "deleted":
        document.delete()
    else:
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    results = client.get("/search/", {"q": "herron"}).context["results"]
    assert (results.total, results.corrected, results.did_you_mean) == (0, "", "")
    assert len(hits(client, "quagga")) == 1


def test_reading_is_the_workers_work_and_done_once():
    document = store(documents.pdf("A heron"))
    page = factories.make_resource()
    ResourceDocument.objects.create(page=page, document=document)
    announce(ResourcePage, page)
    assert not passages().exists()
    (job,) = Job.objects.filter(kind=attachments.KIND)
    assert job.subject == f"document:{document.pk}"
    assert drain([attachments.KIND]) == 1
    assert passages().count() == 1
    announce(ResourcePage, page)
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_a_command_has_everything_read_that_is_not(capsys):
    document = store(documents.pdf("A heron"))
    page = factories.make_resource()
    ResourceDocument.objects.create(page=page, document=document)
    call_command("read_documents")
    assert "has 1 documents to read" in capsys.readouterr().out
    drain([attachments.KIND])
    assert passages().count() == 1
    call_command("read_documents")
    assert "has 0 documents to read" in capsys.readouterr().out


def replace(document, content, **fields):
    document.file.save("plan.pdf", ContentFile(content), save=False)
    document._set_document_file_metadata()
    document.file.close()
    for name, value in fields.items():
        setattr(document, name, value)
    document.save()


def found(client, words="herron"):
    """How much somebody learns of a file who misspells a word of it."""
    results = client.get("/search/", {"q": words}).context["results"]
    return results.total, results.corrected, results.did_you_mean


NOTHING = (0, "", "")


def test_another_file_in_its_place_is_read_anew(client):
    page = attach(store(documents.pdf("A heron", "and a stork")))
    replace(page.documents.get().document, documents.pdf("A crane"))
    drain([attachments.KIND])
    assert hits(client) == []
    assert [hit.url for hit in hits(client, "crane")] == [page.url]
    assert passages().count() == 1


def test_what_stood_in_a_file_is_found_no_more_once_another_is_in_its_place(client):
    page = attach(store(documents.pdf("A heron")))
    replace(page.documents.get().document, documents.pdf("A crane"))
    assert found(client) == NOTHING
    # Nor when something else about its resource is indexed before the file is read.
    announce(ResourcePage, page)
    assert found(client) == NOTHING
    drain([attachments.KIND])
    assert [hit.url for hit in hits(client, "crane")] == [page.url]


def test_a_file_that_is_replaced_and_moved_to_a_closed_collection_at_once_is_found_no_more(client):
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    page = attach(store(documents.pdf("A heron")))
    replace(page.documents.get().document, documents.pdf("A heron again"), collection=closed)
    assert found(client) == NOTHING
    drain([attachments.KIND])
    assert found(client) == NOTHING


def test_many_files_that_are_moved_at_once_are_found_where_they_lie(client):
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    pages = [attach(store(documents.pdf("A heron"), name=f"{number}.pdf")) for number in range(2)]
    files = SiteDocument.objects.order_by("pk").values_list("pk", flat=True)
    address = "/cms/bulk/files/sitedocument/add_to_collection/?" + "&".join(f"id={pk}" for pk in files)
    operator = signed_in(factories.make_user(is_superuser=True, is_staff=True))
    for collection, shown in ((closed, []), (library_collection(), pages)):
        assert operator.post(address, {"collection": collection.pk}).status_code == 302
        # What is closed counts at once, what is opened when the worker has indexed it.
        assert found(client) == NOTHING
        drain([attachments.KIND])
        assert {hit.url for hit in hits(client)} == {page.url for page in shown}


def test_a_document_that_is_taken_away_is_found_no_more(client):
    page = attach(store(documents.pdf("A heron")))
    page.documents.all().delete()
    announce(ResourcePage, page)
    assert (hits(client), passages().count()) == ([], 0)


def test_a_document_that_is_deleted_is_found_no_more(client):
    page = attach(store(documents.pdf("A heron")))
    ReferenceIndex.create_or_update_for_object(page)
    page.documents.get().document.delete()
    assert (hits(client), passages().count()) == ([], 0)


def test_a_document_deleted_before_wagtail_knows_of_its_use_is_neither_found_nor_counted(client):
    page = attach(store(documents.pdf("A heron")))
    assert not ReferenceIndex.get_references_to(page.documents.get().document).exists()
    page.documents.get().document.delete()
    results = client.get("/search/", {"q": "herron"}).context["results"]
    assert (results.total, results.corrected, results.did_you_mean, passages().count()) == (0, "", "", 0)


def test_a_resource_that_goes_takes_its_passages_along(client):
    page = attach(store(documents.pdf("A heron")))
    page.unpublish()
    assert (hits(client), passages().count()) == ([], 0)


def test_a_document_of_two_resources_obeys_the_privacy_of_each(client, as_member):
    document = store(documents.pdf("A heron"))
    closed, opened = attach(document, title="Closed"), attach(document, title="Open")
    restrict(closed, PageViewRestriction.LOGIN)
    assert [hit.url for hit in hits(client)] == [opened.url]
    assert {hit.url for hit in hits(as_member)} == {closed.url, opened.url}
    restrict(opened, PageViewRestriction.LOGIN)
    response = client.get("/search/?q=heron")
    assert (response.context["results"].total, response.context["results"].facets) == (0, [])


def test_a_closed_collection_hides_what_is_in_it_from_search(client, as_editor):
    above = Collection.get_first_root_node().add_child(name="Papers")
    inner = above.add_child(name="Minutes")
    page = attach(store(documents.pdf("A heron"), collection=inner))
    assert [hit.url for hit in hits(client)] == [page.url]
    closed = CollectionViewRestriction.objects.create(collection=above, restriction_type="login")
    for reader in (client, as_editor):
        assert reader.get("/search/?q=heron").context["results"].total == 0
    drain([attachments.KIND])
    assert not Entry.objects.filter(key__startswith="document:").exists()
    closed.delete()
    drain([attachments.KIND])
    assert [hit.url for hit in hits(client)] == [page.url]


def test_a_collection_that_is_moved_under_a_closed_one_is_closed_too(client, django_capture_on_commit_callbacks):
    operator = signed_in(factories.make_user(is_superuser=True, is_staff=True))
    root = Collection.get_first_root_node()
    closed, moved = root.add_child(name="Closed"), root.add_child(name="Papers")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    page = attach(store(documents.pdf("A heron"), collection=moved))
    for parent, total in ((closed, 0), (root, 1)):
        with django_capture_on_commit_callbacks(execute=True):
            fields = {"name": "Papers", "parent": parent.pk}
            assert operator.post(f"/cms/collections/{moved.pk}/", fields).url == "/cms/collections/"
        moved.refresh_from_db()
        assert moved.path.startswith(parent.path)
        # What is closed counts at once, what is opened when the worker has indexed it.
        assert client.get("/search/?q=heron").context["results"].total == 0
        drain([attachments.KIND])
        results = client.get("/search/?q=heron").context["results"]
        assert (results.total, [hit.url for hit in results.hits]) == (total, [page.url] * total)


def test_a_collection_that_changes_has_nothing_indexed_in_the_request(monkeypatch):
    closed, other = (Collection.get_first_root_node().add_child(name=name) for name in ("Papers", "Minutes"))
    page = attach(store(documents.pdf("A heron"), collection=closed))
    attach(store(documents.pdf("An egret"), collection=other), page)
    entries = Entry.objects.filter(key__startswith="document:").order_by("pk").values_list("container", flat=True)
    before = list(entries.all())
    with monkeypatch.context() as request:
        request.setattr(attachments.indexing, "store", lambda *args: pytest.fail("That is the worker's."))
        restriction = CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
        assert list(entries.all()) == ["closed", before[1]]
        restriction.delete()
    drain([attachments.KIND])
    assert list(entries.all()) == before


def test_what_was_closed_with_its_collection_stays_so_when_its_resource_moves_before_the_worker_comes(client):
    collection = Collection.get_first_root_node().add_child(name="Papers")
    page = attach(store(documents.pdf("A heron"), collection=collection))
    elsewhere = factories.make_resource(title="Elsewhere")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    ResourcePage.objects.get(pk=page.pk).move(elsewhere, pos="last-child")
    assert client.get("/search/?q=heron").context["results"].total == 0
    drain([events.KIND, attachments.KIND])
    assert not passages().exists()
    assert client.get("/search/?q=evenings").context["results"].total == 1


def test_the_last_word_about_a_closed_collection_is_the_databases(client):
    collection = Collection.get_first_root_node().add_child(name="Papers")
    attach(store(documents.pdf("A heron"), collection=collection), first_published_at=timezone.now())
    CollectionViewRestriction.objects.bulk_create(
        [CollectionViewRestriction(collection=collection, restriction_type="login")]
    )
    assert hits(client) == []
    # Nor does a list or a feed say which resource has the word in its file.
    for url in ("/search/results.csv", "/search/results.ris", "/search/feed.atom"):
        shown = b"".join(client.get(url, {"q": "heron"}))
        assert b"Quiet evenings" not in shown
        assert b"Quiet evenings" in b"".join(client.get(url, {"q": "found"}))


def test_broken_documents_hurt_nobody(client):
    page = attach(store(b"%PDF-1.7\nheron\n%%EOF\n"), summary="A heron")
    assert [hit.url for hit in hits(client)] == [page.url]
    assert page.documents.get().document.reading.outcome == "broken"


def test_a_document_deleted_before_it_is_read_is_nothing_to_read():
    document = store(documents.pdf("A heron"))
    page = factories.make_resource()
    ResourceDocument.objects.create(page=page, document=document)
    announce(ResourcePage, page)
    document.delete()
    assert drain([attachments.KIND]) == 1
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_queries_do_not_depend_on_how_many_passages_are_found(client, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        # More than few results: those are offered something wider, for one query more.
        for number in range(4):
            attach(store(documents.pdf("A heron"), name=f"plan{number}.pdf"), title=f"Evening {number}")
        client.get("/search/?q=heron")
        with django_assert_max_num_queries(10) as queries:
            client.get("/search/?q=heron")
        counts.append(len(queries))
    assert counts[0] == counts[1]
