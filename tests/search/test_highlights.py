import pytest

from search.documents import plain
from search.highlights import LENGTH, Marker
from search.inflections import stem
from search.query import Query
from search.words import clean, fold
from vocabulary.folding import _LETTERS


def whole(query, text):
    return Marker(Query(text=query)).whole(text)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("feed", "Feeding at night", "<mark>Feeding</mark> at night"),
        ("babies", "A baby", "A <mark>baby</mark>"),
        ("breast feeding", "On breast feeding", "On <mark>breast feeding</mark>"),
        ("housing", "Two houses", "Two <mark>houses</mark>"),
        ("cafe", "Our café", "Our <mark>café</mark>"),
        ("sleep", "asleep, sleeper", "asleep, <mark>sleeper</mark>"),
        ("par", "A parent", "A parent"),
        (
            "script",
            "<script>alert(1)</script>",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        (
            '"health visitor" clinic',
            "Health Visitors, the health clinic and a visitor",
            "<mark>Health</mark> <mark>Visitors</mark>, the health <mark>clinic</mark> and a visitor",
        ),
        ('"health visitor" health', "Health and a visitor", "<mark>Health</mark> and a visitor"),
        ("amp lt", "a < b & c", "a &lt; b &amp; c"),
        ("", "a <b>", "a &lt;b&gt;"),
    ],
)
def test_words_are_marked_and_everything_is_escaped(query, text, marked):
    assert whole(query, text) == marked


def test_the_passage_is_where_most_of_the_words_stand():
    text = "sleep " + "filler words here " * 60 + "toddler sleep routine " + "and so on " * 60
    passage = Marker(Query(text="toddler sleep routine")).passage("No such thing.", text)
    assert "<mark>toddler</mark> <mark>sleep</mark> <mark>routine</mark>" in passage
    assert passage.startswith("…")
    assert passage.endswith("…")
    assert len(passage) < LENGTH + 100


def test_without_a_match_the_passage_is_the_beginning():
    passage = Marker(Query(text="absent")).passage("", "The beginning. " * 50, "Another text.")
    assert passage.startswith("The beginning.")


def test_folding_keeps_every_character_at_its_place():
    text = "İstanbul ÅÉîõü ß ﬁ Ǆ naïve 😀 ŉ"
    assert len(fold(text)) == len(text)
    assert fold("Żółć Ünïcode") == "zołc unicode"
    assert all(len(plain) == 1 for plain in _LETTERS.values())


def test_cleaning_takes_out_controls_and_directions():
    assert clean("a\x00b\u202ec\n\n d’s") == "a bc d's"


def test_stems_are_at_least_three_letters():
    assert {stem(word) for word in ("s", "as", "its", "bed", "ed", "ing")} == {
        "s",
        "as",
        "its",
        "bed",
        "ed",
        "ing",
    }


def test_emphasis_parts_no_words_and_blocks_do():
    assert plain("<p><em>Pre</em>school, <strong>how</strong>, <a href='/x'>it</a>.</p><p>So<br>on</p>") == (
        " Preschool, how, it.  So on "
    )
