"""Who may fetch a file, and with which headers it comes."""

import io

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import CollectionViewRestriction, PageViewRestriction, ReferenceIndex

from accounts import actions as accounts_actions
from accounts import rights
from accounts.models import User
from files import actions
from files.models import Rendition, SiteDocument, SiteImage, library_collection
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n...\n%%EOF\n"


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(drawn, "PNG")
    return SimpleUploadedFile("chart.png", drawn.getvalue())


@pytest.fixture
def image(db):
    return actions.store_image(uploader=None, upload=picture(), title="Chart", collection=library_collection())


@pytest.fixture
def document(db):
    upload = SimpleUploadedFile("Plan.pdf", PDF)
    return actions.store_document(uploader=None, upload=upload, title="Plan", collection=library_collection())


def show(page, *, image=None, document=None):
    """Put the files into a page's body, as its editor would; the worker then brings Wagtail's index up to date."""
    page.body = [
        *([("figure", {"image": image, "alternative": "A chart", "caption": ""})] if image else []),
        *([("download", {"document": document, "text": ""})] if document else []),
    ]
    page.save()
    ReferenceIndex.create_or_update_for_object(page)
    return page


def close(page, kind=PageViewRestriction.LOGIN):
    return PageViewRestriction.objects.create(page=page, restriction_type=kind)


def fetch(client, url, **more):
    """The response, its bytes read so that the file is closed, as every server does."""
    response = client.get(url, **more)
    response.bytes = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response


def statuses(url, **clients):
    return {name: fetch(client, url).status_code for name, client in clients.items()}


@pytest.fixture
def readers(as_member, as_moderator, as_editor):
    rights.grant()
    return {"visitor": Client(), "member": as_member, "moderator": as_moderator, "editor": as_editor}


PUBLIC = {"visitor": 200, "member": 200, "moderator": 200, "editor": 200}
MEMBERS = {**PUBLIC, "visitor": 404}
IN_THE_CMS = {"visitor": 404, "member": 404, "moderator": 200, "editor": 200}
KINDS = ["image", "document"]


def address(kind, image, document):
    return image.get_rendition("max-165x165").url if kind == "image" else document.url


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_page_shows_is_seen_in_the_cms_alone(kind, image, document, readers):
    assert statuses(address(kind, image, document), **readers) == IN_THE_CMS


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_public_page_shows_everybody_sees(kind, image, document, readers):
    show(factories.make_resource(), image=image, document=document)
    assert statuses(address(kind, image, document), **readers) == PUBLIC


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_members_page_shows_members_see(kind, image, document, readers):
    close(show(factories.make_resource(), image=image, document=document))
    assert statuses(address(kind, image, document), **readers) == MEMBERS


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_taken_down_takes_its_files_along(kind, image, document, readers):
    page = show(factories.make_resource(), image=image, document=document)
    page.unpublish()
    assert statuses(address(kind, image, document), **readers) == IN_THE_CMS


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_shows_nothing_yet(kind, image, document, readers):
    page = factories.make_resource()
    page.body = [("figure", {"image": image, "alternative": "x", "caption": ""}), ("download", {"document": document})]
    page.save_revision()
    ReferenceIndex.create_or_update_for_object(type(page).objects.get(pk=page.pk))
    assert statuses(address(kind, image, document), **readers) == IN_THE_CMS


def test_one_open_page_is_enough(image, readers):
    close(show(factories.make_resource(), image=image))
    show(factories.make_resource(), image=image)
    assert statuses(image.get_rendition("max-165x165").url, **readers) == PUBLIC


# Photos of members -------------------------------------------------------------------------------------


@pytest.fixture
def photo(member):
    accounts_actions.update_profile(person=member, changes={}, photo=picture())
    return reverse("files:sized", args=[member.photo_id, "avatar"])


def test_members_see_photos_and_nobody_else(photo, readers):
    assert statuses(photo, **readers) == MEMBERS


def test_a_closed_account_hides_its_photo_even_from_the_cms(photo, member, as_moderator, as_editor):
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert statuses(photo, moderator=as_moderator, editor=as_editor) == {"moderator": 404, "editor": 404}


def test_a_photo_cannot_be_chosen_in_the_cms(photo, member, as_editor):
    rights.grant()
    assert member.photo.title not in fetch(as_editor, "/cms/images/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/cms/api/main/images/", "/cms/api/main/images/{pk}/", "/cms/bulk/files/siteimage/delete/?id={pk}",
        "/cms/bulk/files/siteimage/add_tags/?id={pk}", "/cms/bulk/files/sitedocument/delete/?id=x",
        "/cms/bulk/files/user/delete/?id={pk}",
    ],
)  # fmt: skip
def test_no_way_of_the_cms_names_a_photo_or_an_attached_file(photo, member, as_editor, address):
    rights.grant()
    assert fetch(as_editor, address.format(pk=member.photo_id)).status_code == 404


def test_many_pictures_of_the_library_can_be_acted_on_at_once(image, member, as_editor):
    rights.grant()
    assert fetch(as_editor, f"/cms/bulk/files/siteimage/add_tags/?id={image.pk}").status_code == 200
    assert fetch(Client(), f"/cms/bulk/files/siteimage/add_tags/?id={image.pk}").status_code == 302


def test_only_sizes_with_a_name(photo, member, as_member):
    assert fetch(as_member, reverse("files:sized", args=[member.photo_id, "huge"])).status_code == 404
    assert Rendition.objects.count() == 0
    fetch(as_member, photo)
    fetch(as_member, photo)
    assert Rendition.objects.count() == 1


def test_a_photo_costs_little(photo, as_member, django_assert_num_queries):
    fetch(as_member, photo)
    # Session, person, their rights, the use, the rendition.
    with django_assert_num_queries(5):
        fetch(as_member, photo)


def test_a_public_picture_costs_a_visitor_two_or_three_queries(image, django_assert_max_num_queries):
    show(factories.make_resource(), image=image)
    url = image.get_rendition("max-165x165").url
    fetch(Client(), url)
    with django_assert_max_num_queries(3):
        fetch(Client(), url)


# Headers ---------------------------------------------------------------------------------------------------


def test_a_public_picture_may_be_cached_and_is_not_sent_twice(image):
    show(factories.make_resource(), image=image)
    url = image.get_rendition("max-165x165").url
    page = fetch(Client(), url)
    assert page.headers["Cache-Control"] == "public, max-age=86400"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Type"] == "image/png" or page.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "Cookie" not in page.headers.get("Vary", "")
    assert page.bytes
    again = fetch(Client(), url, headers={"if-none-match": page.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    head = Client().head(url)
    assert head.status_code == 200 and not b"".join(head.streaming_content)
    head.close()


def test_a_private_picture_stays_in_ones_own_browser(photo, as_member, member):
    assert fetch(as_member, photo).headers["Cache-Control"] == "private, max-age=3600"
    shared = signed_in(member)
    session = shared.session
    session.set_expiry(0)
    session.save()
    assert fetch(shared, photo).headers["Cache-Control"] == "private, no-store"


def test_who_may_not_see_it_is_not_told_that_it_is_unchanged(photo, as_member):
    etag = fetch(as_member, photo).headers["ETag"]
    assert fetch(Client(), photo, headers={"if-none-match": etag}).status_code == 404


def test_a_pdf_opens_and_others_are_saved(document):
    sheet = actions.store_document(
        uploader=None, upload=SimpleUploadedFile("rows.csv", b"a,b"), title="Rows", collection=library_collection()
    )
    page = factories.make_resource()
    page.body = [("download", {"document": document}), ("download", {"document": sheet})]
    page.save()
    ReferenceIndex.create_or_update_for_object(page)
    pdf, csv = fetch(Client(), document.url), fetch(Client(), sheet.url)
    assert pdf.headers["Content-Disposition"] == 'inline; filename="plan.pdf"'
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in pdf.headers["Content-Security-Policy"]
    assert csv.headers["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert csv.headers["Content-Type"] == "text/csv"
    assert csv.headers["X-Content-Type-Options"] == "nosniff"
    assert pdf.bytes == PDF


def test_wrong_names_numbers_and_verbs(image, document, as_editor):
    rights.grant()
    rendition = image.get_rendition("max-165x165")
    for url in (
        reverse("files:image", args=[rendition.pk, "other.png"]),
        reverse("files:image", args=[0, "x.png"]),
        reverse("files:document", args=[document.pk, "other.pdf"]),
        reverse("files:document", args=[0, "plan.pdf"]),
        reverse("files:sized", args=[0, "avatar"]),
    ):
        assert fetch(as_editor, url).status_code == 404
    for url in (rendition.url, document.url, reverse("files:sized", args=[image.pk, "avatar"])):
        assert as_editor.post(url).status_code == 405


def test_bytes_that_are_gone_are_404(document, as_editor):
    rights.grant()
    document.file.storage.delete(document.file.name)
    assert fetch(as_editor, document.url).status_code == 404


def test_no_folder_of_uploads_is_served(image, as_editor):
    for path in (image.file.url, f"/{django_settings.MEDIA_URL.strip('/')}/{image.file.name}", "/documents/1/plan.pdf"):
        assert fetch(as_editor, path).status_code == 404


def test_a_closed_collection_closes_its_documents(document, readers):
    show(factories.make_resource(), document=document)
    CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type=CollectionViewRestriction.LOGIN
    )
    assert statuses(document.url, **readers) == MEMBERS


# Wagtail's own forms ----------------------------------------------------------------------------------------


def test_the_cms_checks_pictures(as_moderator):
    rights.grant()
    bad = SimpleUploadedFile("x.png", b"<html>", "image/png")
    page = as_moderator.post("/cms/images/add/", {"title": "Bad", "file": bad})
    assert page.status_code == 200 and not SiteImage.objects.exists()
    good = as_moderator.post("/cms/images/add/", {"title": "Good", "file": picture()})
    assert good.status_code == 302
    kept = SiteImage.objects.get()
    assert kept.collection == library_collection() and kept.file.name.endswith(".jpg")
    assert kept.file_size == kept.file.size


def test_the_cms_checks_documents(as_moderator):
    rights.grant()
    bad = SimpleUploadedFile("x.pdf", b"<html>", "application/pdf")
    page = as_moderator.post("/cms/documents/add/", {"title": "Bad", "file": bad})
    assert "Allowed extensions" not in page.content.decode()
    assert page.status_code == 200 and not SiteDocument.objects.exists()
    good = SimpleUploadedFile("My Plan.pdf", PDF, "application/pdf")
    assert as_moderator.post("/cms/documents/add/", {"title": "Good", "file": good}).status_code == 302
    assert SiteDocument.objects.get().filename == "my-plan.pdf"


def test_many_at_once_are_checked_too(as_moderator):
    rights.grant()
    for path, bad in (
        ("/cms/images/multiple/add/", SimpleUploadedFile("x.png", b"<html>", "image/png")),
        ("/cms/documents/multiple/add/", SimpleUploadedFile("x.pdf", b"<html>", "application/pdf")),
    ):
        answer = as_moderator.post(path, {"title": "x", "files[]": bad}, headers={"x-requested-with": "XMLHttpRequest"})
        assert answer.json()["success"] is False
    assert not SiteImage.objects.exists() and not SiteDocument.objects.exists()


def test_the_chooser_shows_thumbnails_that_its_user_may_fetch(image, as_moderator):
    rights.grant()
    shown = fetch(as_moderator, reverse("wagtailimages_chooser:choose")).json()["html"]
    thumbnail = Rendition.objects.filter(image=image).first()
    assert thumbnail.url in shown
    assert fetch(as_moderator, thumbnail.url).status_code == 200


def test_pictures_of_a_page_are_there_the_moment_it_is_published(image, client):
    page = factories.make_resource(live=False)
    page.body = [("figure", {"image": image, "alternative": "A chart", "caption": ""})]
    page.save_revision().publish()
    assert fetch(client, image.get_rendition("width-300").url).status_code == 200
