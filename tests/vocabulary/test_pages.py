import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_sector, make_topic
from tests.vocabulary.thesaurus import add_label, make_concept
from vocabulary.models import Label, Match

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

INDEX = "/words/"


@pytest.fixture
def visitor():
    concept = make_concept(
        "Health visitor", "public health nurse", abbreviation="HV", definition="A nurse who visits families."
    )
    add_label(concept, "health visiter", kind=Label.Kind.HIDDEN)
    return concept


def page(url: str) -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_names_and_abbreviations_of_a_letter(visitor):
    make_concept("Midwife")
    shown = page(f"{INDEX}?letter=H")
    assert "A nurse who visits families." in shown
    assert "public health nurse" in shown
    assert shown.count('href="/words/health-visitor/"') == 2  # under its name and under HV
    assert "Midwife" not in shown
    assert "visiter" not in shown
    assert "Midwife" in page(f"{INDEX}?letter=m")


def test_an_abbreviation_is_spelt_out_where_it_is_not_the_preferred_label():
    make_concept("Data protection", "subject access request", abbreviation="SAR")
    assert "subject access request (Data protection)" in page(f"{INDEX}?letter=S")


def test_words_that_begin_with_a_digit_stand_together():
    make_concept("15 hours")
    make_concept("30 hours")
    shown = page(f"{INDEX}?letter=0-9")
    assert "15 hours" in shown and "30 hours" in shown
    assert "15 hours" in page(INDEX)


@pytest.mark.parametrize("letter", ["", "?", "Q", "AB", "%00", "é"])
def test_a_letter_that_is_not_there_is_the_first(visitor, letter):
    assert "Health visitor" in page(f"{INDEX}?letter={letter}")


@pytest.mark.parametrize("asked", ["hv", "HEALTH", "visitor", "public health", "health visiter", "nurse"])
def test_words_are_found_whatever_somebody_calls_them(visitor, asked):
    make_concept("Midwife")
    shown = page(f"{INDEX}?q={asked}")
    assert "A nurse who visits families." in shown
    assert "Midwife" not in shown


def test_what_is_not_found_is_searched_for_elsewhere():
    shown = page(f"{INDEX}?q=%3Cscript%3E%20%26")
    assert "We have no word like “&lt;script&gt; &amp;” yet." in shown
    assert "/search/?q=%3Cscript%3E+%26" in shown


def test_there_is_a_page_without_words():
    assert "No words have been collected yet." in page(INDEX)


def test_a_concept_says_who_calls_it_what_and_what_lies_around(visitor):
    add_label(visitor, "HeVi", kind=Label.Kind.ABBREVIATION, sectors=[make_sector(name="General practice")])
    visitor.topic = make_topic(name="Working together", slug="working-together")
    visitor.scope_note, visitor.source = "Not a guest.", "The field"
    visitor.broader.add(make_concept("Health professional"))
    visitor.related.add(make_concept("Midwife"))
    visitor.related.add(make_concept("Gone", is_in_use=False))
    make_concept("Nursery nurse", broader=[visitor])
    Match.objects.create(concept=visitor, scheme="MeSH", label="Nurses", uri="https://example.org/nurses")
    visitor.save()
    shown = page("/words/health-visitor/")
    for text in (
        "Not a guest.", "HeVi", "General practice", "Health professional", "Midwife", "Nursery nurse", "The field",
        "https://example.org/nurses", "/library/?topic=working-together", "/search/?q=Health%20visitor",
    ):  # fmt: skip
        assert text in shown, text
    assert "visiter" not in shown
    assert "Gone" not in shown


@pytest.mark.parametrize("url", ["/words/nothing/", "/words/gone/", "/words/words.xml", "/words/words.html"])
def test_what_is_not_there_is_not_found(url):
    make_concept("Gone", is_in_use=False)
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("url", [INDEX, "/words/health-visitor/", "/words/words.csv"])
def test_the_pages_are_only_read(visitor, url):
    assert Client().post(url).status_code == 405


@pytest.mark.parametrize("url", [f"{INDEX}?letter=H", f"{INDEX}?q=health", "/words/health-visitor/"])
def test_queries_do_not_depend_on_how_much_there_is(visitor, url):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(url)
        return len(queries)

    page(url)
    before = count()
    sector = make_sector()
    for number in range(8):
        other = make_concept(f"Health thing {number}", abbreviation=f"HT{number}", broader=[visitor], related=[visitor])
        add_label(visitor, f"name {number}", sectors=[sector])
        add_label(other, f"name {number}", sectors=[sector])
    assert count() == before <= 10


@pytest.mark.parametrize(("notation", "kind"), [("csv", "text/csv"), ("ttl", "text/turtle")])
def test_the_list_can_be_taken_along(visitor, notation, kind, django_assert_num_queries):
    make_concept("Gone", is_in_use=False)
    url = reverse("vocabulary:download", args=[notation])
    answer = Client().get(url)
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert f'filename="words-we-use.{notation}"' in answer["Content-Disposition"]
    assert "public health nurse" in answer.content.decode()
    assert "Gone" not in answer.content.decode()
    with django_assert_num_queries(1):
        assert Client().get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    add_label(visitor, "another name")
    assert "another name" in Client().get(url, headers={"If-None-Match": answer["ETag"]}).content.decode()


def test_every_page_leads_to_the_words(visitor):
    assert 'href="/words/"' in page("/account/login/")
