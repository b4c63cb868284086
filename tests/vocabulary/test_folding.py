import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary import folding


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Children’s centre", ["children", "centre"]),
        ("CHILD'S", ["child"]),
        ("pre-school", ["pre", "school"]),
        ("Crèche", ["creche"]),
        ("won't", ["won", "t"]),
        ("S&LT", ["s", "lt"]),
        ("", []),
    ],
)
def test_words_are_split_as_people_say_them(text, words):
    assert folding.split(text) == words


@pytest.mark.parametrize(
    ("word", "single"),
    [
        ("visitors", "visitor"),
        ("babies", "baby"),
        ("children", "child"),
        ("teeth", "tooth"),
        ("bus", "bus"),
        ("illness", "illness"),
        ("crisis", "crisis"),
        ("gps", "gps"),
        ("dies", "die"),
    ],
)
def test_plurals_lose_their_ending(word, single):
    assert folding.singular(word) == single


@given(st.text())
def test_folding_keeps_places_and_never_fails(text):
    assert len(folding.fold(text)) == len(text)
    assert all(folding.singular(word) for word in folding.split(text))
