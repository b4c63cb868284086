"""How documents begin: drawn apart, and shown to whoever may open them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import ReferenceIndex

from files import extraction
from files.actions import store_document
from knowledge.models import ResourceDocument
from tests import factories
from tests.files.documents import pdf


def test_a_pdf_is_drawn_and_its_pages_are_counted():
    pages, picture = extraction.draw(pdf("Hello", "again"))
    assert pages == 2
    with Image.open(io.BytesIO(picture)) as drawn:
        assert drawn.format == "JPEG" and max(drawn.size) <= 340


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n%%EOF", pdf("Hello")[:200], b"\0" * 10_000])
def test_what_cannot_be_drawn_has_no_picture(content):
    assert extraction.draw(content) == (None, b"")


def test_drawing_that_takes_too_much_is_ended():
    assert extraction.draw(pdf("Hello"), megabytes=20) == (None, b"")


@pytest.mark.django_db
def test_the_first_page_is_for_those_who_may_open_the_document(client, as_member):
    page = factories.make_resource(title="Plan")
    kept = store_document(uploader=None, upload=SimpleUploadedFile("plan.pdf", pdf("Hello")), title="Plan")
    address = reverse("files:first_page", args=[kept.pk])
    assert client.get(address).status_code == 404
    ResourceDocument.objects.create(page=page, document=kept)
    ReferenceIndex.create_or_update_for_object(page)
    assert client.get(address).status_code == 404
    extraction.extract(kept)
    assert kept.reading.pages == 1 and kept.reading.is_drawn
    shown = client.get(address)
    assert shown["Content-Type"] == "image/jpeg" and b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    text = client.get(page.url).content.decode()
    assert f'src="{address}"' in text and "PDF, 1 page" in text
    factories.for_members_only(page)
    assert client.get(address).status_code == 404
    assert as_member.get(address).status_code == 200
    assert as_member.post(address).status_code == 405
