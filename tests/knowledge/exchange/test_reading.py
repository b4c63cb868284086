"""What comes in: each format, and for each fault the line and the reason."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from knowledge.exchange import dates, dublincore, formats, names, tables
from knowledge.exchange.record import Failure, Record, Unreadable

DATA = Path(__file__).with_name("data")


def read(content, form=None, mapping=None):
    content = content if isinstance(content, bytes) else content.encode()
    return list(formats.read(content, form or formats.detect("", content), mapping))


def items(results):
    return [result.item for result in results if isinstance(result, Record)]


def faults(results):
    return [(result.number, result.line, result.why) for result in results if isinstance(result, Failure)]


BAD = "javascript:alert(1)"


@pytest.mark.parametrize(
    ("content", "mapping"),
    [
        (f"@misc{{a, title = {{One}}, url = {{{BAD}}}}}", None),
        (f"TY  - RPRT\nTI  - One\nUR  - {BAD}\nER  - \n", None),
        (json.dumps([{"type": "report", "title": "One", "URL": BAD}]), None),
        (f"name,place\nOne,{BAD}\n", {"name": "title", "place": "URL"}),
    ],
    ids=["bibtex", "ris", "csl", "csv"],
)
def test_an_address_that_is_left_out_is_named(content, mapping):
    (found,) = read(content, form="csv" if mapping else None, mapping=mapping)
    assert isinstance(found, Record) and "URL" not in found.item
    assert found.left_out == (f"“{BAD}” cannot be used as a web address: it is left out.",)


def test_what_is_left_out_is_shown_short():
    (found,) = read(json.dumps([{"title": "One", "URL": "x" * 5000, "PMID": "PMC12"}]))
    assert len(found.left_out) == 2 and all(len(text) < 120 for text in found.left_out)
    assert read(json.dumps([{"title": "One", "URL": "https://example.org/"}]))[0].left_out == ()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("//www.example.org/article/pii/S1", "https://www.example.org/article/pii/S1"),
        ("www.example.org/a", "https://www.example.org/a"),
        ("http://example.com/a; http://www.example.com/b", "http://example.com/a"),
        ("see https://example.org/x, 2019", "https://example.org/x"),
        ("https://example.org/a,b;c", "https://example.org/a,b;c"),
        ("somewhere.else", None),
    ],
)
def test_addresses_as_people_write_them(written, read_as):
    (item,) = items(read(json.dumps([{"title": "One", "URL": written}])))
    assert item.get("URL") == read_as


def test_the_number_of_a_journal_stands_in_the_field_of_a_book_and_the_other_way_round():
    content = [{"title": "One", "ISBN": "1532-1827 (Electronic)"}, {"title": "Two", "ISSN": "978-1-4822-5326-9"}]
    first, second = read(json.dumps(content))
    assert first.item["ISSN"] == "1532-1827" and not {"ISBN", "note"} & first.item.keys()
    assert second.item["ISBN"] == "9781482253269" and not {"ISSN", "note"} & second.item.keys()
    assert first.left_out == second.left_out == ()


def test_bibtex_as_people_send_it():
    found = read((DATA / "mixed.bib").read_bytes())
    article, book, web = items(found)
    assert article == {
        "type": "article-journal",
        "id": "smith2019",
        "title": "The Café of späte & frühe Kinder: 50% more",
        "container-title": "Journal of Early Years",
        "volume": "4",
        "issue": "2",
        "page": "10-19",
        "DOI": "10.1000/abc.12",
        "keyword": "sleep; speech",
        "issued": {"date-parts": [[2019, 3]]},
        "author": [
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
            {"literal": "NHS England"},
            {"family": "O'Neill", "given": "Ann B."},
        ],
    }
    assert book["publisher"] == "Sample & Sons" and book["editor"] == [{"family": "King", "given": "Ada"}]
    assert web["URL"] == "https://example.org/a_b?x=1&y=2"
    assert web["accessed"] == {"date-parts": [[2024, 5, 6]]} and web["issued"] == {"date-parts": [[2023, 2]]}
    assert [(number, line) for number, line, _why in faults(found)] == [(3, 11), (4, 12)]
    assert "bracket" in faults(found)[0][2] and "no title" in faults(found)[1][2]


def test_lines_of_bibtex_are_right_behind_many_entries():
    text = "@string{s = {Sleep}}\n" + "".join(f"@misc{{k{n},\n title = s # {{ {n}}}\n}}\n" for n in range(450))
    found = read(text + "@misc{last, author = {A}}")
    assert len(items(found)) == 450 and items(found)[-1]["title"] == "Sleep 449"
    assert faults(found)[0][:2] == (451, 450 * 3 + 2)


def test_crossref_takes_over_from_a_later_entry():
    chapter, book = items(
        read("@inbook{c, title={Part}, crossref={b}}\n@book{b, title={Whole}, publisher={P}, year=2020, author={A, B}}")
    )
    assert chapter["container-title"] == "Whole" and chapter["publisher"] == "P" and "author" not in chapter
    assert book["title"] == "Whole"


def test_ris_as_databases_write_it():
    found = read((DATA / "mixed.ris").read_bytes())
    first, book = items(found)
    assert first["title"] == "A first line that goes on" and first["keyword"] == "sleep; speech"
    assert first["author"] == [{"family": "Smith", "given": "Ann"}, {"literal": "NHS England"}]
    assert first["issued"] == {"date-parts": [[2014, 3, 5]]} and first["page"] == "10-19"
    assert first["DOI"] == "10.1000/182"
    assert book["ISBN"] == "9780306406157" and book["issued"] == {"date-parts": [[2001]]}
    assert [(number, line) for number, line, _why in faults(found)] == [(3, 21), (4, 24)]
    assert "title" in faults(found)[0][2] and "ER" in faults(found)[1][2]


def test_csl_json():
    found = read(json.dumps([{"type": "book", "title": "A", "author": [{"literal": "B"}], "odd": 1}, 7, {"title": ""}]))
    assert items(found) == [{"type": "book", "title": "A", "author": [{"literal": "B"}]}]
    assert [number for number, _line, _why in faults(found)] == [2, 3]
    with pytest.raises(Unreadable, match="line 2"):
        read('[{"title": "A"},\n oops]', "csl")


def test_oai_pmh():
    found = read((DATA / "oai.xml").read_bytes())
    (item,) = items(found)
    assert item["title"] == "Sleep in the first year" and item["type"] == "article-journal"
    assert item["author"] == [{"family": "Smith", "given": "Ann"}, {"literal": "NHS England"}]
    # The moment is when the repository took it in.
    assert item["issued"] == {"date-parts": [[2019]]} and item["keyword"] == "sleep; infants"
    assert (item["DOI"], item["URL"]) == ("10.1000/182", "https://example.org/2")
    assert faults(found) == [(3, 14, "“oai:example.org:3” has no title.")]


TABLE = [
    ["Document Title", "Authors", "Year", "DOI", "Odd"],
    ["Sleep", "Smith JA, Jones K", 2019, "10.1000/1", "x"],
    [None, "Nobody", 2018, None, None],
    [],
    ["'=SUM(A1)", "NHS England", "March 2020", None, None],
]


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_tables_say_in_which_row_something_is_wrong():
    text = "\n".join(";".join("" if cell is None else f'"{cell}"' for cell in row) for row in TABLE)
    for found in (read(text, "csv"), read(workbook(TABLE), "xlsx")):
        first, second = items(found)
        assert first["author"] == [{"family": "Smith", "given": "J. A."}, {"family": "Jones", "given": "K."}]
        assert first["issued"] == {"date-parts": [[2019]]} and first["DOI"] == "10.1000/1"
        assert second["title"] == "=SUM(A1)" and second["issued"] == {"date-parts": [[2020, 3]]}
        assert faults(found) == [(2, 3, "It has no title.")]


def test_a_mapping_says_what_a_column_is():
    found = read("Was,Wer\nSchlaf,Smith; Jones", "csv", {"Was": "title", "Wer": "author"})
    assert items(found)[0]["author"] == [{"literal": "Smith"}, {"literal": "Jones"}]
    with pytest.raises(Unreadable, match="title"):
        read("Was,Wer\nSchlaf,Smith", "csv")


def test_columns_are_guessed_once_each():
    assert tables.guess(["Title", "Article Title", "Publication Year", "?"]) == {
        "Title": "title",
        "Publication Year": "issued",
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "do not know"),
        (b"just words", "do not know"),
        (b"PK\x03\x04 not a zip", "no Excel"),
        (b"<html>", "no XML"),
        (b"<OAI-PMH/>", "no answer"),
        (b"[", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'"text"', "no list"),
        ((b"\0" * 2000), "not a text"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(content, why):
    form = "csl" if content == b'"text"' else None
    with pytest.raises(Unreadable, match=why):
        read(content, form)


def test_entities_are_not_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(Unreadable, match="entities"):
        read(bomb, "oai")
    file = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    with pytest.raises(Unreadable, match="entities"):
        read(file, "oai")


def repacked(content, name, text):
    """The workbook with one of its parts put in another's place."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
    return file.getvalue()


def test_a_workbook_that_swells_is_refused(monkeypatch):
    swollen = repacked(workbook(TABLE), "xl/worksheets/sheet1.xml", b" " * 3_000_000)
    monkeypatch.setattr(tables, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(Unreadable, match="too large"):
        read(swollen, "xlsx")


def test_a_workbook_of_a_million_small_things_is_refused(monkeypatch):
    """A few kilobytes that are packed, and minutes of a worker when they are read one by one."""
    monkeypatch.setattr(tables, "MOST_TAGS", 100_000)
    crowded = repacked(workbook(TABLE), "xl/worksheets/sheet1.xml", b"<c/>" * 100_001)
    with pytest.raises(Unreadable, match="too large"):
        read(crowded, "xlsx")


def test_strings_made_of_strings_stay_short():
    """Each is ten times the one before: eleven lines would be a billion letters."""
    ten = "".join(f"@string{{a{n} = {' # '.join([f'a{n - 1}'] * 10)}}}\n" for n in range(1, 12))
    text = f'@string{{a0 = "ten letters"}}\n{ten}@article{{k, title = a11, author = a11, year = 2019}}'
    (record,) = read(text, "bibtex")
    assert record.item["title"].startswith("ten lettersten letters") and len(record.item["title"]) < 25_000


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - Sleep\n" + "AU  - Smith, Ann\n" * 600 + "ER  - \n",
        "@article{k, title = {Sleep}, author = {" + " and ".join(["Smith, Ann"] * 600) + "}}",
    ],
)
def test_more_names_than_anybody_reads_are_left_out(text):
    (record,) = read(text, "ris" if text.startswith("TY") else "bibtex")
    assert len(record.item["author"]) == 500


def test_an_answer_of_millions_of_tags_is_refused(monkeypatch):
    monkeypatch.setattr(dublincore, "MOST_TAGS", 1000)
    with pytest.raises(Unreadable, match="too large"):
        read(b"<a>" * 1001 + b"</a>" * 1001, "oai")


def test_a_workbook_with_entities_or_damage_is_refused():
    cell = b'<worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>'
    entity = b'<!DOCTYPE x [<!ENTITY a "A">]>' + cell
    for text in (entity, b"<worksheet><sheetData><row", b""):
        with pytest.raises(Unreadable, match="damaged"):
            read(repacked(workbook(TABLE), "xl/worksheets/sheet1.xml", text), "xlsx")


def test_a_row_a_million_rows_down_costs_nothing():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["A1000000"] = "Title", "Sleep", "Far away"
    file = io.BytesIO()
    book.save(file)
    assert [item["title"] for item in items(read(file.getvalue()))] == ["Sleep"]


def test_sheets_that_are_not_read_are_named():
    book = openpyxl.Workbook()
    hidden, empty, other = (book.create_sheet(name) for name in ("Codes", "Empty", "Grey literature"))
    for sheet in (book.active, hidden, other):
        sheet.append(["Title"])
        sheet.append(["Sleep"])
    hidden.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    found = read(file.getvalue())
    assert len(items(found)) == 1 and empty.max_row == 1
    assert [number for number, _line, _why in faults(found)] == [2]
    assert "“Grey literature” was not read" in faults(found)[0][2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_whatever_encoding_a_file_has(encoding):
    found = read("TY  - JOUR\r\nTI  - Café “für” Kinder\r\nER  - \r\n".encode(encoding))
    assert items(found)[0]["title"] == "Café “für” Kinder"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", "2019"),
        ("2014//", "2014"),
        ("2001/09/01/", "2001-09-01"),
        ("2001/00/00/", "2001"),
        ("2019-02-31", "2019-02"),
        ("March 2020", "2020-03"),
        ("3rd March 2020", "2020-03-03"),
        ("Mar 3, 2020", "2020-03-03"),
        ("2020 Mar-Apr", "2020-03"),
        ("03/04/2020", "2020-04-03"),
        ("c. 1998", "1998"),
        ("2020-05-06T07:08:09Z", "2020-05-06"),
        ("in press", ""),
        ("", ""),
    ],
)
def test_dates_of_which_a_part_is_known(text, expected):
    assert dates.text(dates.read(text)) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Smith, Ann", {"family": "Smith", "given": "Ann"}),
        ("van der Berg, Jan", {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}),
        ("King, Martin Luther, Jr.", {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        ("King, Jr., Martin Luther", {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        ("Department of Health, Social Services, and Safety, Belfast", None),
        ("NHS England", {"literal": "NHS England"}),
        ("Smith JA", {"family": "Smith", "given": "J. A."}),
        ("  ", {}),
    ],
)
def test_names(text, name):
    assert names.read(text) == ({"literal": text} if name is None else name)
    assert names.read(names.write(names.read(text))) == names.read(text)
