"""Scales of evidence: each body's own words, each body's own order, nothing converted."""

import pytest

from knowledge import ratings


@pytest.mark.parametrize(
    ("scheme", "measure", "value", "label", "last"),
    [
        ("eif", "strength", "3+", "3+", "4"),
        ("eif", "strength", "Level 2", "2", "4"),
        ("eif", "strength", "NE", "NE", "4"),
        ("eif", "strength", "Not level 2", "NL2", "4"),
        ("eif", "cost", "Cost rating 1", "1", "5"),
        ("eef", "strength", "4 padlocks", "4", "5"),
        ("eef", "strength", "Very limited", "1", "5"),
        ("eef", "cost", "££", "££", "£££££"),
        ("eef", "impact", "+5 months", "+5", "+8"),
        ("eef", "impact", "-2 months", "−2", "+8"),
        ("eef", "impact", "0 months", "0", "+8"),
        ("nesta", "strength", "Level 3", "3", "5"),
        ("grade", "strength", "Very low certainty", "very low", "high"),
        ("grade", "strength", "Moderate", "moderate", "high"),
        ("abs", "strength", "Science-based", "science-based", "science-based"),
        ("wwc", "strength", "Meets WWC standards with reservations", "with reservations", "without reservations"),
        ("wwc", "strength", "Meets standards without reservations", "without reservations", "without reservations"),
    ],
)
def test_a_rating_stands_where_its_body_puts_it(scheme, measure, value, label, last):
    reading = ratings.read(scheme, measure, value)
    assert (reading.label, reading.last) == (label, last)
    assert [text for text, is_it in reading.steps if is_it] == [label]
    assert str(reading.level.meaning)


@pytest.mark.parametrize(
    ("scheme", "measure", "value"),
    [
        ("eif", "strength", "NE+"), ("eif", "strength", "5"), ("eif", "cost", "3+"), ("eif", "impact", "3"),
        ("eef", "impact", "+40 months"), ("eef", "impact", "many"), ("grade", "strength", "3"),
        ("other", "strength", "A"), ("nesta", "strength", "Nobody knows"),
    ],
)  # fmt: skip
def test_what_a_scale_does_not_know_has_no_place_on_it(scheme, measure, value):
    assert ratings.read(scheme, measure, value) is None
    assert ratings.order(scheme, measure, value) == 99


def test_values_of_one_scheme_have_their_bodys_order():
    given = ["4", "NE", "3+", "NL2", "2"]
    assert sorted(given, key=lambda value: ratings.order("eif", "strength", value)) == ["NE", "NL2", "2", "3+", "4"]
