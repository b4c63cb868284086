"""One word to its readers is one word to the search, however it is written, in every engine."""

import pytest

from search import words
from search.highlights import Marker
from search.query import Query
from tests.search.test_engines import document, keys
from vocabulary.spelling import one_spelling

BOTH_WAYS = [
    ("behaviour", "behavior"),
    ("behavioural", "behavioral"),
    ("organise", "organize"),
    ("organisations", "organizations"),
    ("recognised", "recognized"),
    ("paediatric", "pediatric"),
    ("anaemia", "anemia"),
    ("programmes", "programs"),
    ("centre", "center"),
    ("colour", "color"),
    ("counselling", "counseling"),
    ("judgement", "judgment"),
    ("practise", "practice"),
    ("licence", "license"),
    ("analyse", "analyze"),
    ("foetal", "fetal"),
    ("oestrogen", "estrogen"),
    ("diarrhoea", "diarrhea"),
    ("haemorrhage", "hemorrhage"),
    ("caesarean", "cesarean"),
    ("enrolment", "enrollment"),
    ("mould", "mold"),
    ("grey", "gray"),
    ("mum", "mom"),
    ("well-being", "wellbeing"),
    ("well being", "wellbeing"),
    ("pre-school", "preschool"),
    ("breast feeding", "breastfeeding"),
    ("drop-in", "dropin"),
    ("co-operate", "cooperate"),
    ("children's", "childrens"),
    ("O'Brien", "obrien"),
    ("don't", "dont"),
    ("naïve", "naive"),
    ("café", "cafe"),
]


@pytest.mark.parametrize(("one", "other"), [pair for pair in BOTH_WAYS if " " not in pair[0] and "-" not in pair[0]])
def test_each_of_two_spellings_is_read_as_the_same(one, other):
    if "'" not in one or not one.endswith("'s"):
        assert words.read(one) == words.read(other)


def test_words_that_only_look_alike_stay_apart():
    for one, other in (("four", "for"), ("shoe", "she"), ("hour", "hor"), ("size", "sise"), ("tour", "tor")):
        assert one_spelling(one) != one_spelling(other)


def test_every_engine_finds_each_spelling_by_the_other(engine):
    pairs = [pair for pair in BOTH_WAYS if pair[0] != "children's"]
    written = [(f"resource:{number * 2 + side}", pair[side]) for number, pair in enumerate(pairs) for side in (0, 1)]
    engine.write(document(key, title=f"About {text} today", body="Something else.") for key, text in written)
    for number, pair in enumerate(pairs):
        both = {f"resource:{number * 2}", f"resource:{number * 2 + 1}"}
        for text in pair:
            found = set(keys(engine, text))
            assert both <= found, (text, found)


def test_two_words_find_what_is_written_as_one(engine):
    engine.write([document("resource:1", body="A dropin for parents")])
    assert keys(engine, "drop in") == keys(engine, "drop-in") == ["resource:1"]


def test_the_parts_of_a_word_with_a_hyphen_are_found_too(engine):
    engine.write([document("resource:1", body="Evidence-based breast-feeding support for well-being")])
    for text in ("evidence", "based", "feeding", '"feeding support"', "evidence-based", "breastfeeding", "wellbeing"):
        assert keys(engine, text) == ["resource:1"], text


SAME = [
    ("stay-and-play", "stay and play"),
    ("self-regulation", "self regulation"),
    ("sure-start", "sure start"),
    ("one-to-one", "one to one"),
    ("drop-in", "drop in"),
    ("covid-19 letter", "covid 19 letter"),
    ("speech/language", "speech language"),
]


@pytest.mark.parametrize("text", ["breast-feeding", "breast feeding", "breastfeeding", "breast-feeding today"])
def test_what_others_write_as_one_word_is_one_thing(engine, text):
    written = [
        "Breast-feeding today",
        "Breast feeding today",
        "Breastfeeding today",
        "Feeding today, by breast or bottle",
    ]
    engine.write(document(f"resource:{number}", body=body) for number, body in enumerate(written))
    assert sorted(keys(engine, text)) == ["resource:0", "resource:1", "resource:2"]


@pytest.mark.parametrize(("held", "apart"), SAME)
def test_a_hyphen_in_a_question_changes_nothing_that_is_found(engine, held, apart):
    words_alone = f"{apart.split()[0]} alone at times, and {apart.split()[-1]} elsewhere"
    written = [f"On {held} today", f"On {apart} today", words_alone, "Something else"]
    engine.write(document(f"resource:{number}", body=text) for number, text in enumerate(written))
    found = keys(engine, held)
    assert sorted(found) == sorted(keys(engine, apart))
    assert set(found[:2]) == {"resource:0", "resource:1"}


@pytest.mark.parametrize("text", ["trans parents", "UN children", "home school", "pre and postnatal"])
def test_words_that_mean_something_by_themselves_stay_apart(engine, text):
    body = "Parents, children, a UN day, trans families, school, home, postnatal and pre"
    engine.write([document("resource:1", body=body)])
    assert keys(engine, text) == ["resource:1"]


def test_what_stands_beside_an_or_stays_one_thing(engine):
    engine.write([document("resource:1", body="Stay and play"), document("resource:2", body="Play alone, then sleep")])
    assert keys(engine, "teething OR stay-and-play") == ["resource:1"]


@pytest.mark.parametrize("text", ["2 year check", "two year check"])
def test_numbers_in_words_are_numbers_in_figures(engine, text):
    engine.write([document("resource:1", body="A check at two years"), document("resource:2", body="2 year check")])
    engine.write([document("resource:3", body="A check in one year"), document("resource:4", body="1 year check")])
    assert sorted(keys(engine, text)) == ["resource:1", "resource:2"]
    assert keys(engine, "1 year check") == ["resource:4"]
    assert keys(engine, f'"{text}"') == (["resource:2"] if "2" in text else [])


def test_figures_with_a_hyphen_stay_one_thing(engine):
    engine.write([document("resource:1", body="The 0-19 service"), document("resource:2", body="19 of 0")])
    assert keys(engine, "0-19") == ["resource:1"]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("behavior", "Their behaviour changed", "Their <mark>behaviour</mark> changed"),
        ("organisations", "An organization", "An <mark>organization</mark>"),
        ("pediatric", "Paediatric wards", "<mark>Paediatric</mark> wards"),
        ("paediatric", "Pediatric wards", "<mark>Pediatric</mark> wards"),
        ("estrogen", "Oestrogen", "<mark>Oestrogen</mark>"),
        ("wellbeing", "Their well-being, and well being", "Their <mark>well-being</mark>, and <mark>well being</mark>"),
        ("based", "evidence-based", "evidence-<mark>based</mark>"),
        ("one to one", "One-to-one, at one", "<mark>One-to-one</mark>, at one"),
        ("breast-feeding", "Breast-feeding, feeding", "<mark>Breast-feeding</mark>, feeding"),
        ("drop-in", "A drop-in, in a drop", "A <mark>drop-in</mark>, in a drop"),
        ('"health visitor"', "Health-visitor clinics", "<mark>Health-visitor</mark> clinics"),
        ("stay-and-play", "Stay and play", "<mark>Stay</mark> and <mark>play</mark>"),
        ("obrien", "Mr O'Brien’s", "Mr <mark>O&#x27;Brien&#x27;s</mark>"),
    ],
)
def test_marks_stand_on_what_is_written(query, text, marked):
    assert Marker(Query(text=query)).whole(words.clean(text)) == marked


def test_small_words_that_say_something_are_words(engine):
    """PostgreSQL's own English leaves out "after", "before", "under" and others, of which each says something."""
    engine.write(
        [
            document("resource:1", title="After the birth", body="Before and after."),
            document("resource:2", title="Under five", body="Toothpaste for those under five."),
            document("resource:3", title="Over five", body="Toothpaste for those over five."),
            document("resource:4", title="Altered", body="Befores and alters."),
        ]
    )
    assert keys(engine, "after") == ["resource:1"]
    assert keys(engine, "before and after") == ["resource:1"]
    assert keys(engine, "toothpaste -under") == ["resource:3"]
    assert keys(engine, '"those over five"') == ["resource:3"]
