"""What goes out: each format, read again, means the same."""

import csv
import io
import json
from pathlib import Path

import bibtexparser
import hypothesis
import pytest
import rispy
from hypothesis import strategies as st

from knowledge.exchange import dublincore, formats, references
from knowledge.exchange.record import Failure, Record, tidy

DATA = Path(__file__).with_name("data")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "biblio"
NEEDS = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")
FULL = {
    "type": "article-journal",
    "id": "smith-2019",
    "title": "Sleep & {speech}: 50% of $all\\ #1_ways – “said” they",
    "author": [
        {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
        {"family": "King", "given": "Martin L.", "suffix": "Jr."},
        {"literal": "Health and Care Department"},
    ],
    "editor": [{"family": "Öz", "given": "Ada"}],
    "issued": {"date-parts": [[2019, 3, 21]]},
    "container-title": "Journal of Early Years",
    "volume": "4",
    "issue": "2",
    "page": "10-19",
    "publisher": "Sample & Sons",
    "DOI": "10.1000/a_b",
    "ISSN": "1234-5679",
    "PMID": "123",
    "URL": "https://example.org/a_b?x=1&y=%20#z",
    "abstract": "One line. Another: a~b ^ c.",
    "keyword": "sleep; speech",
    "language": "en",
    "note": "=A note",
}


def again(items, form):
    """The items, written and read."""
    text = "".join(formats.WRITERS[form].write(items))
    results = list(formats.read(text.encode(), form))
    assert not [result for result in results if isinstance(result, Failure)]
    return [result.item for result in results]


def same(item, form):
    """What a format keeps of an item."""
    return {name: value for name, value in item.items() if name not in DROPPED[form]}


DROPPED = {"bibtex": {"custom"}, "ris": {"custom"}, "csl": set(), "csv": {"id", "custom"}}


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl", "csv"])
def test_a_full_item_comes_back_as_it_was(form):
    assert again([FULL], form) == [same(FULL, form)]


def test_what_other_programs_read():
    library = bibtexparser.parse_string("".join(formats.WRITERS["bibtex"].write([FULL, FULL])))
    assert [entry.key for entry in library.entries] == ["smith-2019", "smith-2019-2"] and not library.failed_blocks
    record = rispy.loads("".join(formats.WRITERS["ris"].write([FULL])))[0]
    assert record["doi"] == "10.1000/a_b" and record["authors"][0] == "van der Berg, Jan"
    rows = list(csv.DictReader(io.StringIO("".join(formats.WRITERS["csv"].write([FULL])).removeprefix("\ufeff"))))
    assert rows[0]["Note"] == "'=A note"
    assert json.loads("".join(formats.WRITERS["csl"].write([]))) == []


@NEEDS
@pytest.mark.parametrize("form", ["bibtex", "ris", "csl"])
@pytest.mark.parametrize(
    "folder", ["jabref", "citation_js", "ris_rispy", "ris_asreview", "oai_phpoaipmh", "oai_sickle"]
)
def test_the_real_files_come_back_as_they_were(folder, form):
    """Everything of them that this format can say: titles, people, dates, numbers."""
    items = [result.item for _path, results in real(folder) for result in results if isinstance(result, Record)]
    assert items
    returned = again(items, form)
    wrong = [
        (name, one.get(name), two.get(name))
        for one, two in zip(items, returned, strict=True)
        for name in ("title", "author", "issued", "DOI", "container-title", "volume", "abstract", "PMID")
        if one.get(name) != two.get(name) and not lost(one, name, form)
    ]
    assert wrong == []


def lost(item, name, form):
    """What a format has no way to say."""
    if name == "author" and form == "ris":
        return any(
            "," in person.get("literal", "") or "family" in person and "given" not in person for person in item[name]
        )
    return name == "issued" and form == "ris" and len(item[name].get("date-parts", [])) == 2


def real(folder):
    for path in sorted((SHARED / folder).rglob("*")):
        if path.suffix in (".bib", ".ris", ".xml") and (folder.startswith("oai") or path.suffix != ".xml"):
            content = path.read_bytes()
            try:
                yield path, list(formats.read(content, formats.detect(path.name, content)))
            except formats.Unreadable as why:
                yield path, [Failure(str(why), 0)]


@NEEDS
def test_of_the_real_files_all_but_the_broken_are_read():
    """How many of each folder are read, and why the rest is not: each failure says where it is."""
    counted = {}
    for folder in ("jabref", "citation_js", "ris_rispy", "ris_asreview"):
        results = [result for _path, found in real(folder) for result in found]
        failures = [result for result in results if isinstance(result, Failure)]
        assert all(failure.why and (failure.line or not failure.number) for failure in failures)
        broken = [failure for failure in failures if "title" not in failure.why]
        counted[folder] = (len(results) - len(failures), len(broken))
    assert counted["jabref"][0] >= 815 and counted["jabref"][1] <= 16
    assert counted["citation_js"][0] >= 80 and counted["citation_js"][1] <= 3
    assert counted["ris_rispy"][0] >= 17 and counted["ris_asreview"] == (409, 0)


@NEEDS
@pytest.mark.parametrize("name", ["bibtex", "biblatex"])
def test_bibtex_means_what_citation_js_says_it_means(name):
    folder = SHARED / "citation_js" / "plugin-bibtex" / "test" / "mapping"
    ours = {
        result.item["id"]: result.item
        for result in formats.read((folder / f"{name}-input.bib").read_bytes(), "bibtex")
        if isinstance(result, Record)
    }
    for theirs in json.loads((folder / f"{name}-csl.json").read_text()):
        expected = tidy(theirs)
        for field in ("issued", "volume", "page", "DOI", "publisher-place", "edition"):
            if field in expected and expected["id"] != "batori_river_2020":
                assert ours[theirs["id"]].get(field) == expected[field], (theirs["id"], field)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)


@hypothesis.given(WORDS, WORDS, WORDS)
@hypothesis.settings(max_examples=150)
def test_any_title_and_name_come_back(title, family, given_name):
    raw = {"type": "book", "title": f"T{title}x", "author": [{"family": f"F{family}x", "given": f"G{given_name}x"}]}
    item = tidy(raw)
    for form in ("ris", "csl", "bibtex"):
        (returned,) = again([item], form)
        if form == "csl":
            assert returned == item
        assert len(returned["title"]) >= 2


def test_dublin_core_has_an_address_for_each_number():
    pairs = dublincore.write(FULL)
    assert ("creator", "van der Berg, Jan") in pairs and ("identifier", "https://doi.org/10.1000/a_b") in pairs
    assert ("date", "2019-03-21") in pairs and ("type", "article") in pairs


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            "apa",
            "van der Berg, J., & NHS England. (2019). Sleep. Journal of Early Years, 4(2), 10–19. https://doi.org/10.1000/1",
        ),
        (
            "harvard",
            "van der Berg, J. and NHS England (2019) ‘Sleep’, Journal of Early Years, 4(2), pp. 10–19. Available at:"
            " https://doi.org/10.1000/1.",
        ),
        ("vancouver", "van der Berg J, NHS England. Sleep. Journal of Early Years. 2019;4(2):10–9. doi:10.1000/1"),
    ],
)
def test_references_as_each_style_has_them(style, text):
    item = {
        "type": "article-journal",
        "title": "Sleep",
        "author": [
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
            {"literal": "NHS England"},
        ],
        "issued": {"date-parts": [[2019]]},
        "container-title": "Journal of Early Years",
        "volume": "4",
        "issue": "2",
        "page": "10-19",
        "DOI": "10.1000/1",
    }
    assert references.reference(item, style) == text


@pytest.mark.parametrize(
    ("style", "item", "text"),
    [
        ("vancouver", {"page": "1-10", "issued": {"date-parts": [[2020, 5]]}}, "Ed O. Sleep? J. 2020 May;1–10."),
        ("apa", {"page": "1-10", "volume": "2"}, "Ed, O. (n.d.). Sleep? J, 2, 1–10."),
        ("apa", {"type": "thesis", "genre": "PhD thesis"}, "Ed, O. (n.d.). Sleep? [PhD thesis]. In J."),
        ("apa", {"type": "webpage", "URL": "https://a.b/"}, "Ed, O. (n.d.). Sleep? J. https://a.b/"),
        ("harvard", {"type": "book", "publisher": "P"}, "Ed, O. (no date) Sleep?, J. P."),
    ],
)
def test_references_that_citeproc_gets_wrong(style, item, text):
    one = {"type": "article-journal", "title": "Sleep?", "author": [{"family": "Ed", "given": "One"}]}
    assert references.reference({**one, "container-title": "J", **item}, style) == text


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("apa", "Ed, O., & Two, T. (Eds.). (2001). Sleep. P."),
        ("harvard", "Ed, O. and Two, T. (eds) (2001) Sleep. P."),
        ("vancouver", "Ed O, Two T, editors. Sleep. P; 2001."),
    ],
)
def test_editors_stand_where_authors_would(style, text):
    people = [{"family": "Ed", "given": "One"}, {"family": "Two", "given": "Tom"}]
    item = {"type": "book", "title": "Sleep.", "editor": people, "publisher": "P", "issued": {"date-parts": [[2001]]}}
    assert references.reference(item, style) == text


@pytest.mark.parametrize("style", references.STYLES)
def test_a_reference_without_anything_but_a_title(style):
    text = references.reference({"type": "webpage", "title": "Sleep"}, style)
    assert text.count("Sleep") == 1


@NEEDS
@pytest.mark.parametrize("style", references.STYLES)
def test_every_real_record_has_a_reference(style):
    items = [result.item for _path, results in real("citation_js") for result in results if isinstance(result, Record)]
    for item in items:
        assert references.reference(item, style)
