"""Editors see which documents search cannot look into, and have one read again."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import rights
from files import extraction
from files.models import DocumentText, SiteDocument
from outbox.actions import drain
from outbox.models import Job
from search import attachments
from tests.files import documents
from tests.search.test_attachments import attach, store

pytestmark = pytest.mark.django_db
BROKEN = b"%PDF-1.7\n...\n%%EOF\n"


@pytest.fixture
def broken(db):
    rights.grant()
    document = store(BROKEN, title="Torn <plan>")
    extraction.extract(document)
    return document


def report(client):
    return client.get(reverse("unread_report"))


def again(client, pk):
    return client.post(reverse("read_document_again", args=[pk]))


def test_the_report_names_what_could_not_be_read(as_editor, broken):
    extraction.extract(store(documents.pdf("Fine"), title="A good one"))
    page = report(as_editor).content.decode()
    assert "Torn &lt;plan&gt;" in page
    assert "The file is broken" in page
    assert "A good one" not in page
    assert reverse("unread_report") in as_editor.get(reverse("searches_report")).content.decode()


def test_without_such_documents_it_says_so(as_editor):
    rights.grant()
    assert "All documents could be read." in report(as_editor).content.decode()


def test_one_is_read_again_by_the_worker(as_editor, broken, client):
    page = attach(broken, title="Quiet evenings")
    DocumentText.objects.filter(pk=broken.pk).update(outcome=DocumentText.Outcome.TOO_LARGE)
    assert again(as_editor, broken.pk).url == reverse("unread_report")
    assert drain([attachments.KIND]) == 1
    assert DocumentText.objects.get(pk=broken.pk).outcome == DocumentText.Outcome.BROKEN
    assert page.live


def test_only_those_who_may_change_documents(as_member, client, broken):
    for reader, code in ((client, 302), (as_member, 302)):
        assert report(reader).status_code == code
        assert again(reader, broken.pk).status_code == code
    assert not Job.objects.filter(kind=attachments.KIND).exists()


def test_who_may_change_their_own_documents_alone_reads_of_those(as_moderator, moderator, broken):
    own = store(BROKEN, title="My torn plan")
    SiteDocument.objects.filter(pk=own.pk).update(uploaded_by_user=moderator)
    extraction.extract(own)
    page = report(as_moderator).content.decode()
    assert "My torn plan" in page and "Torn &lt;plan&gt;" not in page
    assert again(as_moderator, broken.pk).status_code == 404
    assert not Job.objects.filter(kind=attachments.KIND).exists()
    assert again(as_moderator, own.pk).status_code == 302


def test_wrong_verbs_numbers_and_forged_forms_do_nothing(as_editor, editor, broken):
    assert as_editor.get(reverse("read_document_again", args=[broken.pk])).status_code == 405
    assert as_editor.post(reverse("unread_report")).status_code == 405
    assert again(as_editor, 999_999).status_code == 404
    assert as_editor.post(f"{reverse('unread_report')}{2**63}/again/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert again(strict, broken.pk).status_code == 403
    assert not Job.objects.filter(kind=attachments.KIND).exists()


def test_the_report_costs_the_same_however_many_there_are(as_editor, broken, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(3):
            extraction.extract(store(BROKEN))
        report(as_editor)
        with django_assert_max_num_queries(20) as queries:
            report(as_editor)
        counts.append(len(queries))
    assert counts[0] == counts[1]
