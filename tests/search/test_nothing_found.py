"""A search that finds nothing says why, and where to go from there."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from forum.models import Thread
from knowledge.models import ResourcePage
from search import loosening
from search.query import Query
from tests import factories
from tests.search.community import announce

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def text(response):
    return response.content.decode()


def test_an_empty_result_helps(client):
    page = text(client.get("/search/?q=how+do+the+quaggas+graze&kind=resource"))
    assert "We found nothing for “how do the quaggas graze”" in page
    assert "We did not look for how, do, the" in page
    assert "We searched only among what fits this filter: What: " in page
    assert f'href="{reverse("forum:start")}?title=how%20do%20the%20quaggas%20graze"' in page
    assert f'href="{reverse("library")}"' in page


@pytest.mark.parametrize(("words", "tried"), [(3, 6), (30, 2)])
def test_a_long_question_is_asked_anew_but_twice_and_then_without_all_that_narrows_it(words, tried):
    asked = " OR ".join(f"quagga{number}" for number in range(words))
    query = Query(text=f"{asked} -zebra is:answered after:2020 before:2027", chosen={"kind": ("resource",)})
    counted = []

    def count(other):
        counted.append(other)
        return 1

    ways = loosening.loosened(query, count)
    assert len(ways) == len(counted) == tried
    assert {loosening.Without.FILTERS, loosening.Without.SIGNS} <= {way.sort for way in ways}


def test_what_is_asked_and_suggested_is_the_words_alone(client):
    page = text(client.get("/search/", {"q": '"quaggas graze" -zebra is:answered'}))
    assert f'href="{reverse("forum:start")}?title=quaggas%20graze"' in page
    assert f'href="{reverse("suggest")}?what=quaggas%20graze"' in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [('"quaggas grazing" plain', "quaggas grazing plain"), ("quaggas -heron topic:zebras OR plain", "quaggas plain")],
)
def test_an_empty_result_offers_the_words_without_quotes_and_operators(client, asked, words):
    assert "Only the words" not in text(client.get("/search/", {"q": asked}))
    announce(ResourcePage, factories.make_resource(title="Grazing quaggas beside a heron"))
    page = text(client.get("/search/", {"q": asked}))
    assert f"Only the words {words}: 1 result" in page


@pytest.mark.parametrize("asked", ["quaggas grazing", "quaggas -", '"quaggas grazing', "quaggas " + "x " * 400])
def test_words_that_stand_alone_are_not_offered_again(client, asked):
    announce(ResourcePage, factories.make_resource(title="Quaggas grazing"))
    page = text(client.get("/search/", {"q": asked, "year": "1990"}))
    assert "Only the words" not in page
    assert "Without “Year: 1990”: 1 result" in page


def test_nothing_found_offers_each_filters_removal_with_its_count(client):
    topic = factories.make_topic(name="Birds", slug="birds")
    for _ in range(2):
        announce(ResourcePage, factories.make_resource(title="heron", topics=[topic], year=2020))
    announce(ResourcePage, factories.make_resource(title="heron", year=2021))
    page = text(client.get("/search/?q=heron&topic=birds&year=2021"))
    assert '<a href="?q=heron&amp;topic=birds">Without “Year: 2021”: 2 results</a>' in page
    assert '<a href="?q=heron&amp;year=2021">Without “Topic: Birds”: 1 result</a>' in page
    assert page.index("2 results</a>") < page.index("1 result</a>")


def test_a_search_of_nothing_is_no_way_on(client):
    announce(ResourcePage, factories.make_resource(title="heron", year=2020))
    for asked in ("q=is:open", "year=1990", "q=before:1990"):
        page = text(client.get(f"/search/?{asked}"))
        assert "Nothing fits these filters" in page and not ways(page)


def ways(page):
    """The searches with less asked that a page offers, with how many each finds."""
    offered = re.findall(r'<a href="([^"]*)">([^<]*): (\d+) results?</a>', page)
    return {name: (html.unescape(address), int(number)) for address, name, number in offered}


def test_nothing_found_offers_each_operators_removal_that_finds_something(client):
    announce(ResourcePage, factories.make_resource(title="heron"))
    page = text(client.get("/search/?q=quagga+is:answered+-is:open&sort=newest"))
    assert "We searched only among what fits all of these filters: is:answered, -is:open." in page
    assert ways(page) == {}
    announce(ResourcePage, factories.make_resource(title="heron in wild ponds"))
    page = text(client.get('/search/?q=heron+is:answered+in:"wild ponds"+-is:open&sort=newest'))
    # What names nothing was searched as words, and without it there is no filter less.
    assert ways(page) == {
        "Without “is:answered”": ("?q=heron+in%3A%22wild+ponds%22+-is%3Aopen&sort=newest", 1),
        "Without all filters": ("?q=heron+in%3A%22wild+ponds%22&sort=newest", 1),
        "Only the words heron": ("?q=heron&sort=newest", 2),
    }
    assert "We searched only among" not in text(client.get("/search/?q=quagga+10:30"))


def test_nothing_found_with_choices_and_operators_offers_all_of_them_out_at_once(client):
    announce(ResourcePage, factories.make_resource(title="heron", year=2021))
    page = text(client.get("/search/?q=heron+is:answered+after:2030&year=2020"))
    assert "all of these filters: Year: 2020, is:answered, after:2030." in page
    assert ways(page) == {"Without all filters": ("?q=heron", 1)}


def test_each_way_out_finds_as_many_as_it_says(client):
    topic = factories.make_topic(name="Birds", slug="birds")
    announce(ResourcePage, *[factories.make_resource(title=f"heron {n}", topics=[topic], year=2020) for n in range(3)])
    announce(ResourcePage, *[factories.make_resource(title=f"heron bread {n}") for n in range(21)])
    announce(Thread, factories.make_thread(title="bread"))
    for address in ("q=heron+bread+topic:birds+after:2029", "q=heron+bread+is:open&topic=birds&year=2019"):
        offered = ways(text(client.get(f"/search/?{address}")))
        assert "Without all filters" in offered
        for way, number in offered.values():
            assert client.get(f"/search/{way}").context["results"].total == number


def test_nothing_in_the_library_offers_the_whole_site(client):
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), title="quagga"))
    offered = ways(text(client.get("/library/?q=quagga")))
    assert offered == {"On the whole site, not only in the library": ("/search/?q=quagga", 1)}
    announce(ResourcePage, factories.make_resource(title="heron"))
    assert ways(text(client.get("/library/?q=heron+-bread+is:open"))) == {
        "Without “is:open”": ("?q=heron+-bread", 1),
        "Only the words heron": ("?q=heron", 1),
    }


def test_nothing_found_leads_to_people(client):
    page = text(client.get("/search/?q=quagga"))
    assert f'href="{reverse("forum:start")}?title=quagga"' in page
    assert f'href="{reverse("suggest")}?what=quagga"' in page
    assert f'href="{reverse("search_help")}"' in page


@pytest.mark.parametrize(
    "query", ["q=quagga", "q=quagga+zebra&kind=resource&year=2021&topic=birds&sector=x&place=y", "kind=person"]
)
@pytest.mark.parametrize(("who", "most"), [("visitor", 12), ("member", 16)])
def test_nothing_found_is_not_dearer_than_something(query, who, most, as_member, django_assert_max_num_queries):
    client = as_member if who == "member" else Client()
    announce(ResourcePage, factories.make_resource(title="heron"))
    client.get(f"/search/?{query}")
    with django_assert_max_num_queries(most):
        client.get(f"/search/?{query}")


def test_nothing_found_by_many_filters_costs_so_many_searches(client, django_assert_max_num_queries):
    announce(ResourcePage, factories.make_resource(title="heron"))
    asked = 'heron "bread" -x topic:a in:b is:open before:2020 after:2030 -is:answered'
    with django_assert_max_num_queries(40):
        client.get("/search/", {"q": asked, "year": "2020", "topic": "birds", "kind": "webinar", "sector": "x"})
