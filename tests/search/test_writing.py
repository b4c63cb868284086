"""Documents are written in bulk: words made alike once, statements that do not grow in number with what they write."""

import re
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from search import engines, learning, words
from search.documents import PUBLIC, Document
from search.models import Entry, Word
from vocabulary.folding import fold
from vocabulary.spelling import one_spelling

HYPHENS = re.compile("[-\u2010\u2011]")
TEXTS = st.text(
    st.sampled_from("abcdeSTÀéß'’-‐‑_ \u00a0\n\t\x00\u200b\u2028.,()İıſ1９٣–—ﬁＳ\u00ad\ufeffβ"), max_size=40
)


def document(number, body="Owls hoot", key="post"):
    return Document(key=f"{key}:{number}", kind="discussion", group="thread:1", container=PUBLIC, title="", body=body)


def written(text):
    """The words of a clean text, letter by letter as the patterns say it."""
    for one in words.WRITTEN.findall(fold(text)):
        for part in HYPHENS.split(one):
            yield one_spelling(part.removesuffix("'s").replace("'", "")[: words.LONGEST_WORD])


@given(TEXTS)
@example("mother-to-be's  well-being -x- --y 'tis o'clock's a-'b")
@example("Café‑owners’ β-blockers – “so it is” …")
def test_the_short_way_reads_what_the_patterns_say(text):
    line = words.clean(text)
    assert words.read(line) == list(written(line))
    assert words.indexed(words.chunks(line)).split()[: len(words.read(line))] == words.read(line)


@pytest.mark.parametrize(
    ("text", "ones"),
    [
        ("Well being of the new born", ["wellbeing", "newborn"]),
        ("Drop-in, then post-natal-care", ["dropin", "postnatalcare", "postnatal"]),
    ],
)
def test_what_some_write_as_one_word_follows_the_words(text, ones):
    assert words.indexed(words.chunks(text)).split()[len(words.read(text)) :] == ones


def test_what_a_process_keeps_of_words_stays_small(monkeypatch):
    monkeypatch.setattr(words, "_MOST_LETTERS", 50)
    before = words.read("behaviour of toddlers")
    words.read(" ".join(f"number{n}" for n in range(100)))
    assert words.read("behaviour of toddlers") == before
    assert words._known.letters < 50


@pytest.mark.django_db
@pytest.mark.postgres
def test_statements_do_not_depend_on_how_many_documents_are_written():
    engine, counts = engines.embedded(), []
    for number in (2, 150):
        learning._remembered.clear()
        with CaptureQueriesContext(connection) as queries:
            engine.write([document(n, f"Owls hoot {n} times") for n in range(number)])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Entry.objects.count() == 150


@pytest.mark.django_db
@pytest.mark.postgres
def test_more_documents_than_one_statement_takes_are_all_written(monkeypatch):
    monkeypatch.setattr(sys.modules["search.engines.embedded"], "TOGETHER", 3)
    monkeypatch.setattr(learning, "TOGETHER", 2)
    engine = engines.embedded()
    engine.write([document(n, f"owl{'abcdefgh'[n]} hoots") for n in range(8)])
    engine.write([document(3, "A badger came")])
    stored = engine.stored(f"post:{n}" for n in range(8))
    assert len(stored) == 8 and stored["post:3"].texts["body"] == "A badger came"
    assert Word.objects.filter(text__startswith="owl").count() == 8
    assert engine.known(["owld", "badger", "owlh"], frozenset({PUBLIC})) == {"owld": 0, "badger": 1, "owlh": 1}
