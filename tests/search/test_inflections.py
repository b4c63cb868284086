"""The list of forms says truly which of them a stemmer joins by itself."""

import sqlite3
from contextlib import closing

import pytest

from search import inflections, words


@pytest.fixture
def stemmed():
    """The stem that the embedded index on SQLite makes of a word."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE text USING fts5(word, tokenize = 'porter unicode61')")
        database.execute("CREATE VIRTUAL TABLE stem USING fts5vocab(text, instance)")

        def stem(word):
            database.execute("DELETE FROM text")
            database.execute("INSERT INTO text (word) VALUES (?)", [word])
            return database.execute("SELECT term FROM stem").fetchone()[0]

        yield stem


def test_the_word_stands_beside_those_forms_alone_that_have_another_stem(stemmed):
    for rule in inflections.rules():
        for form in rule.partition(" => ")[0].split(", "):
            (read,) = words.read(form)
            word = inflections.word_of(read)
            assert inflections.word_beside(read) == (word if stemmed(read) != stemmed(word) else ""), form


def test_no_form_is_a_form_of_two_words():
    forms = [form for rule in inflections.rules() for form in rule.partition(" => ")[0].split(", ")]
    assert len(forms) == len(set(forms))


def test_each_form_brings_its_word_once_and_apart():
    assert words.indexed("Children slept, and children were fed").with_forms == (
        "children slept and children were fed the child child the feed the sleep"
    )
    assert words.indexed("Breast-fed").forms == "feed the breastfeed"
