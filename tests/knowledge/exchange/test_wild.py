"""Files as Zotero, EndNote, Scopus, Web of Science, PubMed, Crossref and Excel leave them."""

import io
import json

import openpyxl
import pytest

from knowledge.citing import page_of
from knowledge.exchange import dublincore, formats
from knowledge.exchange.record import Failure, Record, Unreadable


def read(content, form=None):
    content = content if isinstance(content, bytes) else content.encode()
    return list(formats.read(content, form or formats.detect("", content)))


def only(content, form=None):
    (result,) = read(content, form)
    assert isinstance(result, Record), result
    return result.item


def workbook(fill):
    book, file = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"Cost is \pounds 5 or \euro{}6, \copyright{} 2020", "Cost is £5 or €6, © 2020"),
        (r"\glqq{}Kinder\grqq{} \mbox{im Blick}", "„Kinder“ im Blick"),
        (r"The 10$^{th}$ of 10$^{-3}$ m$^2$ of CO$_2$", "The 10th of 10⁻³ m² of CO2"),
        (r"{\noopsort{b}}Smith\slash Jones", "Smith/Jones"),
        ("<i>In vivo</i> R&amp;D of H<sub>2</sub>O, a < b", "In vivo R&D of H2O, a < b"),
    ],
)
def test_titles(written, shown):
    assert only(f"@misc{{a, title={{{written}}}, year=2001}}")["title"] == shown


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("JO  - Arch Dis Child\nT2  - Archives of Disease in Childhood", {
            "container-title": "Archives of Disease in Childhood", "container-title-short": "Arch Dis Child"}),
        ("JO  - Arch Dis Child", {"container-title": "Arch Dis Child"}),
        ("SN  - 9781315735290 (ISBN); 9781138833715 (ISBN)", {"ISBN": "9781315735290"}),
        ("SN  - 9781315735290\nSN  - 0305000x", {"ISBN": "9781315735290", "ISSN": "0305-000X"}),
        ("DA  - JAN 15\nPY  - 2012", {"issued": {"date-parts": [[2012, 1, 15]]}}),
        ("SP  - 1193\nEP  - 9", {"page": "1193-9"}),
        ("SP  - 10-19\nEP  - 19", {"page": "10-19"}),
    ],
)  # fmt: skip
def test_ris(lines, expected):
    item = only(f"TY  - JOUR\nTI  - Sleep\n{lines}\nER  -\nEF  -\n")
    assert {name: item[name] for name in expected} == expected


def test_a_book_stands_in_a_series():
    item = only("TY  - BOOK\nTI  - Sleep\nT2  - Early years\nER  - \n")
    assert item["collection-title"] == "Early years" and "container-title" not in item


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "One"}\n{"title": "Two"}\n',
        '{"message": {"items": [{"title": ["One"]}, {"title": ["Two"]}]}}',
        '{"items": [{"title": "One"}, {"title": "Two"}]}',
        '[{"title": "One"},\n {"title": "Two"}]\n',
    ],
)
def test_references_as_json_is_wrapped(text):
    assert [result.item["title"] for result in read(text)] == ["One", "Two"]


def test_json_names_the_line():
    found = read('[\n{"title": "One"},\n\n{"title": ""}]')
    assert [(type(one), one.line) for one in found] == [(Record, 2), (Failure, 4)]
    for broken in ('[{"title": "One"}\n{"title": "Two"}]', '[{"title": "One"}] x', '{"title": "One"} x'):
        with pytest.raises(Unreadable, match="line"):
            read(broken)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("sep=;\nTitle;Year\nSleep;2019", ["Sleep"]),
        ("Our list of 2020,,\n,,\nAuthor,Title,Year\nSmith,Sleep,2019", ["Sleep"]),
        ('"Title, long";Title\nx;Sleep', ["Sleep"]),
        ("Title,Title\nSleep,Other\n,Speech", ["Sleep", "Speech"]),
        (f"Title,Abstract\nSleep,{'x' * 200_000}\nSpeech,", ["Sleep", "Speech"]),
    ],
)
def test_tables(text, titles):
    assert [result.item["title"] for result in read(text, "csv")] == titles


@pytest.mark.parametrize(
    ("row", "date"),
    [("2017,2017-05-01", [2017, 5, 1]), ("2017,", [2017]), (",43831", [2020, 1, 1]), ("2017,#N/A", [2017])],
)
def test_a_whole_date_says_more_than_a_year(row, date):
    item = only(f'Publication Year,Date,Title,Manual Tags\n{row},Sleep,"one, two"', "csv")
    assert item["issued"] == {"date-parts": [date]} and item["keyword"] == "one; two"


def test_a_quotation_mark_that_is_never_closed_is_named():
    with pytest.raises(Unreadable, match="line 3"):
        read('Title,Year\nSleep,2019\n"Speech,2020\nPlay,2021\n', "csv")


def test_hidden_sheets_are_passed_over():
    def fill(book):
        book.active.sheet_state = "hidden"
        book.active.append(["Title"])
        book.active.append(["Hidden"])
        shown = book.create_sheet("Shown")
        shown.append(["Title"])
        shown.append(["Sleep"])
        book.active = 1

    assert only(workbook(fill))["title"] == "Sleep"


@pytest.mark.parametrize("names", ["Smith A.B.; Jones C.", "Smith AB, Jones C.", "Smith AB, Jones C"])
def test_names_with_initials_behind_them(names):
    first, second = only(f'Title,Authors\nSleep,"{names}"', "csv")["author"]
    assert (first["family"], second["family"]) == ("Smith", "Jones") and second["given"] == "C."


def test_records_of_a_long_answer_are_forgotten_one_by_one(monkeypatch):
    monkeypatch.setattr(dublincore, "MOST_TAGS", 50)
    record = (
        "<record><header><identifier>oai:x:1</identifier></header><metadata><dc><title"
        f' xmlns="{dublincore.DC}">Sleep</title></dc></metadata></record>\n'
    )
    answer = f'<OAI-PMH xmlns="{dublincore.OAI}">\n<ListRecords>{record * 500}</ListRecords></OAI-PMH>'
    found = read(answer)
    assert len(found) == 500 and (found[-1].number, found[-1].line) == (500, 501)


def test_more_records_than_a_file_may_hold(monkeypatch):
    monkeypatch.setattr(formats, "MOST_RECORDS", 2)
    with pytest.raises(Unreadable, match="more than"):
        read(json.dumps([{"title": "Sleep"}] * 3))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"), [("Italian", "it"), ("dut", "nl"), ("british", "en-GB"), ("English; Welsh", "en"), ("som", "som")]
)
def test_languages(text, code):
    page, _people = page_of({"type": "book", "title": "Sleep", "language": text}, kind="research")
    assert page.language == code


def test_zeros_do_not_hide_a_file():
    assert only(b"@misc{a, title={Has a \x00 zero}, year={2001}}")["title"] == "Has a zero"
    with pytest.raises(Unreadable, match=".xlsx"):
        read(formats.OLD_EXCEL + b"\0" * 600)
