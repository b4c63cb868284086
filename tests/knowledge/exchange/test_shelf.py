"""What an import remembers of the library, to find in it what comes once more."""

import tracemalloc

import pytest

from bench.imports import records
from knowledge import shelf
from knowledge.shelf import Shelf
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_record_takes_little_memory():
    items, known = records(2000, 1), Shelf()
    tracemalloc.start()
    try:
        for number, item in enumerate(items, 1):
            known.add(item, number)
        taken, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken / len(items) < 700, "fifty thousand must fit beside all else that a worker holds"
    assert [known.find(item).number for item in items] == list(range(1, 2001))


def test_pages_and_records_of_the_same_file_are_told_apart():
    page = factories.make_resource(
        title="Sleep in the first year", doi="10.1000/AA", source_url="https://example.org/a"
    )
    known = Shelf()
    known.add({"title": "Teeth for two", "URL": "https://example.org/b"}, 7)
    found = known.find({"title": "x", "DOI": "10.1000/aa"})
    assert (found.page, found.number, str(found.why)) == (page.pk, 0, "It has the same DOI.")
    found = known.find({"title": "y", "URL": "http://www.example.org/b/"})
    assert (found.page, found.number, str(found.why)) == (None, 7, "It is at the same address.")
    assert known.find({"title": "Sleep in the first years"}).page == page.pk
    assert known.find({"title": "Something else altogether"}) is None


def test_titles_with_the_same_end_are_compared_up_to_a_number(monkeypatch):
    monkeypatch.setattr(shelf, "MOST_COMPARED", 2)
    known = Shelf()
    for number, word in enumerate(("nutrition", "vaccination", "playgrounds"), 1):
        known.add({"title": f"A review of the evidence about {word}"}, number)
    assert known.find({"title": "A review of the evidence about vaccinations"}).number == 2
    assert len(known._ends[next(iter(known._ends))]) == 2
