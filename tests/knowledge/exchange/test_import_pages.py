"""Imports in the CMS: who may, and each step from the upload to taking it back."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from knowledge.actions import imports
from knowledge.models import Import, ResourcePage
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
RIS = b"TY  - RPRT\nTI  - Sleep and rest\nER  - \nTY  - RPRT\nER  - \n"


def upload(client, content=RIS, name="file.ris", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post("/cms/imports/new/", {"file": file, "kind": "policy", **fields})


def job_of(client, **options):
    upload(client, **options)
    drain([imports.JOB])
    return Import.objects.first()


def test_from_the_upload_to_taking_it_back(as_editor, editor):
    factories.library_page()
    answer = upload(as_editor)
    job = Import.objects.get()
    assert answer["Location"] == f"/cms/imports/{job.pk}/"
    assert 'http-equiv="refresh"' in as_editor.get(answer["Location"]).content.decode()
    drain([imports.JOB])
    preview = as_editor.get(answer["Location"]).content.decode()
    assert "Sleep and rest" in preview and "It has no title." in preview and "Make 1 draft" in preview
    assert 'http-equiv="refresh"' not in preview and not ResourcePage.objects.exists()
    as_editor.post(f"/cms/imports/{job.pk}/run/")
    drain([imports.JOB])
    page = ResourcePage.objects.get()
    assert (page.live, page.kind, page.owner) == (False, "policy", editor)
    result = as_editor.get(f"/cms/imports/{job.pk}/").content.decode()
    assert f"/cms/pages/{page.pk}/edit/" in result and "Take back 1 page" in result
    told = json.loads(as_editor.get(f"/cms/imports/{job.pk}/report/").content)
    assert [each["state"] for each in told] == ["made", "wrong"] and told[0]["page"] == page.pk
    as_editor.post(f"/cms/imports/{job.pk}/undo/")
    drain([imports.JOB])
    assert not ResourcePage.objects.exists()
    assert "Taken back" in as_editor.get("/cms/imports/").content.decode()
    as_editor.post(f"/cms/imports/{job.pk}/drop/")
    assert not Import.objects.exists()


def test_a_table_asks_what_its_columns_are(as_editor):
    factories.library_page()
    answer = upload(as_editor, b"Was,Wer\nSchlaf und Ruhe,Smith\n", "t.csv")
    job = Import.objects.get()
    assert answer["Location"] == f"/cms/imports/{job.pk}/columns/"
    assert as_editor.get(f"/cms/imports/{job.pk}/")["Location"] == answer["Location"]
    form = as_editor.get(answer["Location"]).content.decode()
    assert "Was" in form and "Leave out" in form
    wrong = as_editor.post(answer["Location"], {"column1": "author"}).content.decode()
    assert "Say which column holds the title." in wrong
    twice = as_editor.post(answer["Location"], {"column0": "title", "column1": "title"}).content.decode()
    assert "Two columns cannot both be: Title" in twice
    as_editor.post(answer["Location"], {"column0": "title", "column1": "author"})
    drain([imports.JOB])
    assert job.lines.get().title == "Schlaf und Ruhe"


def test_a_workbook_says_which_sheets_are_left_out(as_editor):
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Was"])
    book.create_sheet("Trials & <more>").append(["Title"])
    book.save(file)
    answer = upload(as_editor, file.getvalue(), "t.xlsx")
    assert "These are left out: Trials &amp; &lt;more&gt;." in as_editor.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(("content", "words"), [(b"words", "do not know this kind"), (b"", "empty")])
def test_what_is_no_such_file_is_refused_on_the_form(as_editor, content, words):
    factories.library_page()
    answer = upload(as_editor, content, "a.doc")
    assert answer.status_code == 200 and words in answer.content.decode() and not Import.objects.exists()


def test_a_file_that_is_too_large(as_editor, monkeypatch):
    factories.library_page()
    monkeypatch.setattr("knowledge.forms.imports.MOST_BYTES", 10)
    assert "larger than 20 MB" in upload(as_editor).content.decode()


def test_a_moderator_imports_drafts_and_publishes_none(as_moderator, as_editor):
    factories.library_page()
    assert 'name="publish"' not in as_moderator.get("/cms/imports/new/").content.decode()
    assert job_of(as_moderator, publish="on").publish is False
    assert 'name="publish"' in as_editor.get("/cms/imports/new/").content.decode()
    job = job_of(as_editor, publish="on")
    assert job.publish is True
    assert as_moderator.post(f"/cms/imports/{job.pk}/run/").status_code == 302
    job.refresh_from_db()
    assert job.state == Import.State.READY


PATHS = ["", "new/", "{pk}/", "{pk}/columns/", "{pk}/report/"]
POSTS = ["{pk}/run/", "{pk}/undo/", "{pk}/drop/"]


def test_what_was_published_is_not_taken_back_by_a_moderator(as_moderator, as_editor):
    factories.library_page()
    job = job_of(as_editor, publish="on")
    as_editor.post(f"/cms/imports/{job.pk}/run/")
    drain([imports.JOB])
    assert ResourcePage.objects.get().live
    assert "Take all of it back" not in as_moderator.get(f"/cms/imports/{job.pk}/").content.decode()
    as_moderator.post(f"/cms/imports/{job.pk}/undo/")
    assert Import.objects.get().state == "done"
    assert "Take all of it back" in as_editor.get(f"/cms/imports/{job.pk}/").content.decode()


@pytest.mark.parametrize("path", [*PATHS, *POSTS])
def test_members_and_visitors_see_none_of_it(client, as_member, as_editor, path):
    factories.library_page()
    job = job_of(as_editor)
    address = f"/cms/imports/{path.format(pk=job.pk)}"
    for reader in (client, as_member):
        answer = reader.post(address) if path in POSTS else reader.get(address)
        assert answer.status_code in (302, 403)
    assert Import.objects.get().state == Import.State.READY


@pytest.mark.parametrize("path", POSTS)
def test_writing_wants_a_post_a_token_and_an_import_in_the_right_state(as_editor, editor, forged, path):
    factories.library_page()
    job = job_of(as_editor)
    address = f"/cms/imports/{path.format(pk=job.pk)}"
    assert as_editor.get(address).status_code == 405
    assert forged(editor).post(address).status_code == 403
    assert as_editor.post(f"/cms/imports/{path.format(pk=job.pk + 1)}").status_code == 404
    assert as_editor.post(f"/cms/imports/{job.pk}/undo/").status_code == 404
    assert Import.objects.get().state == Import.State.READY


def test_the_menu_shows_it_to_those_who_may(as_editor, as_moderator, administrator):
    factories.library_page()
    for client in (as_editor, as_moderator, signed_in(administrator)):
        assert "/cms/imports/" in client.get("/cms/").content.decode()


def test_the_number_of_queries_does_not_depend_on_the_lines(as_editor, django_assert_max_num_queries):
    factories.library_page()
    few = job_of(as_editor)
    twin = factories.make_resource(title="Sleep and rest and so on")
    many = b"".join(b"TY  - RPRT\nTI  - Sleep and rest and so on\nER  - \n" for n in range(12))
    more = job_of(as_editor, content=many)
    assert more.lines.filter(twin=twin).count() == 12
    as_editor.get(f"/cms/imports/{few.pk}/")
    with django_assert_max_num_queries(60) as one:
        as_editor.get(f"/cms/imports/{few.pk}/")
    with django_assert_max_num_queries(len(one)):
        as_editor.get(f"/cms/imports/{more.pk}/")
