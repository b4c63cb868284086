"""References that reference managers read as they were meant."""

from itertools import accumulate

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from knowledge.models import ResourcePage
from search.citations import Reference, authors, bibtex, ris

pytestmark = pytest.mark.django_db
Kind = ResourcePage.Kind
HOSTILE = 'A {brace}, 50% & more_of #1 ~ \\input{x} $x^2$ "quoted" é @article{evil,'
LINES = "first\r\nER  - \r\nTY  - JOUR\u2028last"


def reference(**fields):
    fields = {"pk": 7, "title": "Sleep", "slug": "sleep-well", "summary": "How to.", "kind": Kind.GUIDANCE, **fields}
    return Reference(ResourcePage(**fields), "https://example.org/library/sleep-well/")


def read_bibtex(*references):
    library = bibtexparser.parse_string(
        "".join(map(bibtex, references)), append_middleware=[LatexDecodingMiddleware(keep_math_mode=False)]
    )
    assert not library.failed_blocks
    return library.entries


def read_ris(*references):
    return rispy.loads("".join(map(ris, references)))


def plain(field):
    """Without the braces that keep capitals."""
    return field.value.replace("{", "").replace("}", "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("Smith JA", ["Smith, J. A."]),
        ("Smith J, van der Berg AB, O’Neill C", ["Smith, J.", "van der Berg, A. B.", "O’Neill, C."]),
        ("Smith, John; Jones, Ann", ["Smith, John", "Jones, Ann"]),
        ("Department for Education", ["Department for Education"]),
        ("Health, Housing and Care Trust", ["Health, Housing and Care Trust"]),
    ],
)
def test_authors_are_told_apart_only_where_that_is_certain(text, names):
    assert authors(text) == names


@pytest.mark.parametrize(
    ("fields", "bibtex_kind", "ris_kind"),
    [
        ({"kind": Kind.RESEARCH, "pmid": "123"}, "article", "JOUR"),
        ({"kind": Kind.RESEARCH, "doi": "10.1000/x"}, "article", "JOUR"),
        ({"kind": Kind.GUIDANCE, "publisher": "NHS"}, "techreport", "RPRT"),
        ({"kind": Kind.POLICY, "publisher": "NHS"}, "techreport", "GOVDOC"),
        ({"kind": Kind.TOOLKIT}, "misc", "RPRT"),
    ],
)
def test_kinds_have_the_formats_own_names(fields, bibtex_kind, ris_kind):
    made = reference(**fields)
    assert read_bibtex(made)[0].entry_type == bibtex_kind
    assert read_ris(made)[0]["type_of_reference"] == ris_kind


FULL = {
    "title": HOSTILE,
    "summary": LINES,
    "authors": "Smith JA, Jones K",
    "publisher": "Health & Care",
    "year": 2019,
    "doi": "10.1000/a_b{c}%d",
    "pmid": "123",
    "source_url": "https://example.org/a_b?x=1&y=%20#z",
    "subject_headings": "Infant, Newborn; Sleep\r\nTY  - BOOK",
    "citation": "Sleep 12(3), 4-5.",
}


def test_bibtex_is_read_back_as_it_was_written():
    (entry,) = read_bibtex(reference(**FULL))
    fields = entry.fields_dict
    assert entry.key == "sleep-well-7"
    # The reader knows the circumflex only as an accent.
    assert plain(fields["title"]).replace("ˆ", "^") == HOSTILE.replace("{", "").replace("}", "")
    assert plain(fields["author"]) == "Smith, J. A. and Jones, K."
    assert plain(fields["publisher"]) == "Health & Care"
    assert fields["year"].value == "2019"
    assert plain(fields["abstract"]) == "first ER - TY - JOUR last"
    # What styles take as it stands is written as it stands.
    (bare,) = bibtexparser.parse_string(bibtex(reference(**FULL))).entries
    assert bare.fields_dict["doi"].value == "10.1000/a_b%7Bc%7D%d"
    assert bare.fields_dict["url"].value == "https://example.org/a_b?x=1&y=%20#z"
    assert (fields["eprint"].value, fields["eprinttype"].value) == ("123", "pubmed")
    assert plain(fields["note"]) == "Sleep 12(3), 4-5."


@pytest.mark.parametrize("title", ["}}\n@misc{evil, title = {x", "}", "{", "{{{", r"\}"])
def test_every_brace_of_an_entry_is_closed(title):
    braces = [{"{": 1, "}": -1}[sign] for sign in bibtex(reference(title=title)) if sign in "{}"]
    depths = list(accumulate(braces))
    assert depths[-1] == 0 and min(depths[:-1]) == 1


def test_ris_is_read_back_as_it_was_written():
    (entry,) = read_ris(reference(**FULL))
    assert entry["title"] == HOSTILE
    assert entry["authors"] == ["Smith, J. A.", "Jones, K."]
    assert (entry["year"], entry["publisher"], entry["doi"]) == ("2019", "Health & Care", "10.1000/a_b{c}%d")
    assert entry["abstract"] == "first ER - TY - JOUR last"
    assert entry["keywords"] == ["Infant, Newborn", "Sleep TY - BOOK"]
    assert entry["urls"] == ["https://example.org/a_b?x=1&y=%20#z"]
    assert (entry["id"], entry["accession_number"]) == ("sleep-well-7", "123")
    assert ris(reference(**FULL)).count("\r\n") == len(ris(reference(**FULL)).splitlines())


def test_without_an_original_the_sites_own_page_is_cited():
    assert read_ris(reference())[0]["urls"] == ["https://example.org/library/sleep-well/"]
    assert "author" not in read_bibtex(reference())[0].fields_dict


def test_keys_are_unique_and_of_plain_letters():
    keys = [
        read_bibtex(reference(pk=pk, slug=slug))[0].key
        for pk, slug in ((1, "a"), (2, "a"), (3, "schlaf-ünd"), (4, "ü"))
    ]
    assert keys == ["a-1", "a-2", "schlaf-nd-3", "resource-4"]


def test_a_body_that_wrote_together_stays_one_name():
    assert "author = {{Health, Housing and Care Trust}}" in bibtex(reference(authors="Health, Housing and Care Trust;"))
