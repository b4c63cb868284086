"""The words of documents: read right, and never at the worker's cost."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from accounts import rights
from files import actions, extraction, reader
from files.extraction import PASSAGE, passages, read
from files.models import DocumentText, Passage, SiteDocument, library_collection
from tests.files import documents

Outcome = DocumentText.Outcome


def words(content, ending):
    """The pages, read in this process, and the outcome."""
    *pages, outcome = reader.read(ending, content)
    return pages, outcome


def store(name, content):
    upload = SimpleUploadedFile(name, content)
    return actions.store_document(uploader=None, upload=upload, title="A plan", collection=library_collection())


def locked(content, password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("ending", "content", "pages"),
    [
        ("pdf", documents.pdf("Sleep well.\nPlay sup-\nports talk.", "Page two"),
         [(1, "Sleep well.\nPlay supports talk."), (2, "Page two")]),
        ("docx", documents.word("First", "Second &amp; third"), [(None, "First\nSecond & third")]),
        ("docx", documents.word(xml="<w:p><w:t>a</w:t><w:tab/><w:t>b</w:t><w:instrText>PAGE</w:instrText></w:p>"),
         [(None, "a b")]),
        ("docx", documents.word(xml='<w:p><w:t>cell</w:t></w:p><m:Fallback xmlns:m="m"><w:p><w:t>cell</w:t></w:p>'
                                    "</m:Fallback>"), [(None, "cell")]),
        ("docx", documents.word("Plan", beside={"header1": "Jo Lee", "header2": "Jo Lee", "footer1": "Born 2023",
                                                "footnotes": "See her aunt", "comments": "Ask"}),
         [(None, "Plan"), (None, "Jo Lee"), (None, "Born 2023"), (None, "See her aunt"), (None, "Ask")]),
        ("pptx", documents.slides("One", "Two", notes="Say hello"), [(1, "One\nSay hello"), (2, "Two")]),
        ("odt", documents.open_text("<text:h>Title</text:h><text:p>a<text:s/>b<text:span>c</text:span></text:p>"
                                    "<office:annotation><dc:creator>Ann</dc:creator><text:p>note</text:p></office:annotation>",
                                    styles="<style:header><text:p>Jo Lee</text:p></style:header>"),
         [(None, "Title\na bc"), (None, "note"), (None, "Jo Lee")]),
        ("odp", documents.open_text("<draw:page/><draw:page><text:p>Second</text:p></draw:page>"), [(2, "Second")]),
        ("xlsx", documents.table(["Visits"], ["Name", "Age", "Born"], ["Jo", 3.0, dt.date(2023, 2, 1)], [None, 4]),
         [(1, "Rota\nVisits\nName Age Born\nName: Jo, Age: 3, Born: 01/02/2023\nAge: 4"), (None, "Ask her aunt.")]),
        ("ods", documents.open_text(
            '<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell '
            'table:number-columns-repeated="2"/><table:table-cell><text:p>Age</text:p></table:table-cell>'
            "</table:table-row><table:table-row><table:table-cell><text:p>Jo</text:p><text:p>Lee</text:p>"
            '</table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell>'
            "<text:p>3</text:p><office:annotation><text:p>at least</text:p></office:annotation></table:table-cell>"
            "</table:table-row></table:table>"), [(1, "Name Age\nName: Jo Lee, Age: 3 at least")]),
        ("rtf", rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Caf\'e9\par Ann\u8217?s \b tea\b0 }",
         [(None, "Café\nAnn’s tea")]),
        ("rtf", rb"{\rtf1\ansi{\header \pard Jo Lee\par}{\footerf\pard Born 2023\par}Plan{\footnote See {\i her} aunt}"
                rb"{\*\annotation Ask}{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt \pard Box\par}}}\par No \\header}",
         [(None, "Jo Lee\nBorn 2023\nPlan\nSee her aunt\nAsk\nBox\nNo \\header")]),
        ("html", b"<title>Tea</title><p>One &amp; <b>t</b>wo</p><script>no()</script><style>no</style><p>Three",
         [(None, "Tea\nOne & two\nThree")]),
        ("html", '<meta charset="iso-8859-1"><p>café</p>'.encode("latin-1"), [(None, "café")]),
        ("txt", "Zoë’s ﬁle".encode("utf-16"), [(None, "Zoë’s file")]),
        ("txt", "£3".encode("cp1252"), [(None, "£3")]),
    ],
)  # fmt: skip
def test_words_are_read_page_by_page(ending, content, pages):
    assert words(content, ending) == (pages, "read")


@pytest.mark.parametrize(
    ("ending", "content", "outcome"),
    [
        ("pdf", b"%PDF-1.7\nnothing of the kind\n%%EOF", "broken"),
        ("pdf", locked(documents.pdf("Secret"), "pass"), "locked"),
        ("docx", b"PK\x03\x04 not an archive", "broken"),
        ("docx", documents.archive({"word/document.xml": "<w/>"}), "broken"),
        ("docx", documents.word("Half", xml="<w:p>"), "broken"),
        ("docx", documents.word("&b;", head='<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]>'), "broken"),
        ("odt", documents.archive({"other.xml": "<x/>"}), "broken"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_outcome_and_no_error(ending, content, outcome):
    assert words(content, ending) == ([], outcome)


def test_a_document_that_is_locked_against_changes_only_is_read():
    assert words(locked(documents.pdf("Open to all"), ""), "pdf") == ([(1, "Open to all")], "read")


def test_a_very_long_document_is_read_as_far_as_it_goes(monkeypatch):
    monkeypatch.setattr(reader, "MOST_CHARACTERS", 10)
    assert words(documents.pdf("1234567", "8901234", "56"), "pdf") == ([(1, "1234567"), (2, "890")], "shortened")


def test_a_part_that_swells_is_not_opened():
    bomb = documents.word(xml=" " * reader.MOST_BYTES_A_PART)
    assert len(bomb) < 100_000
    assert words(bomb, "docx") == ([], "too_large")


def test_the_reading_process_gets_no_more_time_than_it_may_have():
    slow = documents.word(xml="<w:br/>" * 8_000_000)
    assert read(slow, "docx", seconds=1).outcome == Outcome.TOO_LARGE


def test_the_reading_process_gets_no_more_memory_than_it_may_have():
    wide = documents.word("a" * 40_000_000)
    assert read(wide, "docx", megabytes=80).outcome == Outcome.TOO_LARGE


def test_pages_that_were_read_before_the_time_was_up_count():
    answer = io.BytesIO(b'[1, "First\\u0000 page"]\n[2, "cut o')
    assert extraction._understood(answer) == extraction.Reading([(1, "First page")], Outcome.SHORTENED)


@pytest.mark.parametrize(
    "line",
    [
        b"null",
        b"7",
        b"[]",
        b"[1]",
        b'{"1": "x"}',
        b'[1, "a", "b"]',
        b'[1, ["a"]]',
        b'["1", "a"]',
        b'[true, "a"]',
        b'[-1, "a"]',
        b'[99999999999999999999, "a"]',
        b'"no outcome of ours"',
        b'""',
        b"\xff\xfe",
        b"[" * 200_000,
    ],
)
def test_what_is_no_answer_of_the_readers_is_no_page(line):
    answer = io.BytesIO(b'[1, "First page"]\n' + line + b'\n[2, "never"]\n')
    found = extraction._understood(answer)
    assert found.pages == [(1, "First page")]
    assert found.outcome in (Outcome.BROKEN, Outcome.SHORTENED)


def test_the_reading_process_knows_nothing_of_the_site(monkeypatch, tmp_path):
    spy = tmp_path / "reader.py"
    spy.write_text(
        "import json, os, sys\nprint(json.dumps([None, json.dumps([sorted(os.environ), os.getcwd(), sys.path])]))\n"
    )
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    monkeypatch.setattr(reader, "__file__", str(spy))
    ((_page, found),) = read(b"", "txt").pages
    assert "SECRET_KEY" not in found
    assert str(Path(extraction.__file__).parents[1]) + '"' not in found


def test_passages_end_between_sentences_and_never_span_pages():
    sentence = "Babies need sleep and so do those who look after them. "
    made = list(passages([(1, (sentence * 60).strip()), (2, "Short."), (3, "x" * (PASSAGE * 2 + 5))]))
    assert {page for page, _text in made} == {1, 2, 3}
    assert all(len(text) <= PASSAGE for _page, text in made)
    assert all(text.endswith(".") for page, text in made if page == 1)
    assert " ".join(text for page, text in made if page == 1) == (sentence * 60).strip()
    assert [len(text) for page, text in made if page == 3] == [PASSAGE, PASSAGE, 5]


@pytest.mark.django_db
@pytest.mark.postgres
def test_words_are_kept_with_the_document_and_follow_its_file():
    document = store("plan.pdf", documents.pdf("Sleep", "Play"))
    text = extraction.extract(document)
    assert (text.outcome, text.version) == (Outcome.READ, document.version)
    assert list(document.passages.values_list("number", "page", "text")) == [(0, 1, "Sleep"), (1, 2, "Play")]

    document.file.save("other.docx", ContentFile(documents.word("Talk")))
    document._set_document_file_metadata()
    document.file.close()
    document.save()
    assert document.version != text.version
    assert extraction.extract(document).version == document.version
    assert list(document.passages.values_list("number", "page", "text")) == [(0, None, "Talk")]

    document.delete()
    assert not Passage.objects.exists()
    assert not DocumentText.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("plan.pdf", b"%PDF-1.7\n...\n%%EOF\n", Outcome.BROKEN),
        ("blank.pdf", documents.pdf(""), Outcome.EMPTY),
        ("table.csv", b"a,b\n1,2\n", Outcome.UNKNOWN),
    ],
)
def test_what_came_of_reading_is_kept_too(name, content, outcome):
    document = store(name, content)
    assert extraction.extract(document).outcome == outcome
    assert not document.passages.exists()


@pytest.mark.django_db
@pytest.mark.postgres
def test_halves_of_characters_are_kept_as_question_marks():
    document = store("half.html", b'<meta charset="unicode_escape">\xff <p>sleep \\ud800 well</p>')
    assert extraction.extract(document).outcome == Outcome.READ
    assert document.passages.get().text.endswith("sleep ? well")


@pytest.mark.django_db
def test_a_file_that_is_gone_or_deleted_meanwhile_is_no_accident():
    document = store("plan.pdf", documents.pdf("Sleep"))
    document.file.storage.delete(document.file.name)
    assert extraction.extract(document).outcome == Outcome.GONE
    stale = SiteDocument.objects.get(pk=document.pk)
    document.delete()
    with pytest.raises(SiteDocument.DoesNotExist):
        extraction.extract(stale)


@pytest.mark.django_db
def test_the_cms_says_what_came_of_reading(as_editor):
    rights.grant()
    document = store("plan.pdf", b"%PDF-1.7\n...\n%%EOF\n")
    address = f"/cms/documents/edit/{document.pk}/"
    assert "In search" not in as_editor.get(address).content.decode()
    extraction.extract(document)
    assert "<dd>The file is broken</dd>" in as_editor.get(address).content.decode()
