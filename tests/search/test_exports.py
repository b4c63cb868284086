"""Lists of results as files."""

import csv
import io

import pytest
import rispy
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from accounts.models import User
from forum.models import Post, Thread
from knowledge.models import ResourcePage
from search import exports
from search.views.exporting import BY_ADDRESS
from tests import factories
from tests.search.community import announce, restrict
from web.models import Allowance

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def fetch(client, form="csv", query="q=heron"):
    response = client.get(f"{reverse('search_export', args=[form])}?{query}")
    assert response.status_code == 200
    return response, b"".join(response.streaming_content).decode()


def table(client, query="q=heron"):
    _response, content = fetch(client, query=query)
    assert content.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))


def resource(title="heron", **fields):
    page = factories.make_resource(title=title, **fields)
    announce(ResourcePage, page)
    return page


def test_a_table_has_what_the_page_shows(client):
    page = resource(title="The <b>heron</b> & others", summary="A heron’s day.", year=2019, publisher="Zoë & Co")
    (row,) = table(client)
    assert row["Title"] == "The <b>heron</b> & others"
    assert row["Address"] == f"http://testserver{page.url}"
    assert (row["Kind"], row["Date"], row["Where"]) == ("Research summary", "2019", "Zoë & Co")
    assert row["Text"] == "A heron's day."


def test_without_words_a_table_has_whole_threads_as_the_page_does(client):
    thread = factories.make_thread(factories.make_space(visibility="public"), title="Heron", text="Who knows?")
    reply = factories.make_post(thread, source="It stands on one leg.")
    announce(Thread, thread)
    announce(Post, reply)
    (hit,) = client.get("/search/?kind=discussion").context["results"].hits
    (row,) = table(client, "kind=discussion")
    assert row["Address"] == f"http://testserver{hit.url}" == f"http://testserver{thread.get_absolute_url()}"
    assert (row["Kind"], row["Text"]) == (str(hit.label), "Who knows?")


@pytest.mark.parametrize("title", ["=1+1 heron", "+heron", "-heron", "@heron", "＝heron", "  =heron"])
def test_no_cell_is_a_formula(client, title):
    resource(title=title, summary=title)
    (row,) = table(client)
    assert row["Title"] == f"'{title}" or row["Title"] == f"'{title.strip()}"
    assert row["Text"].startswith("'")


def test_nobody_takes_more_along_than_they_may_see(client, as_member):
    resource("open heron")
    restrict(resource("closed heron"), PageViewRestriction.LOGIN)
    space = factories.make_space()
    announce(Thread, factories.make_thread(space, title="members heron", text="heron"))
    hidden = factories.make_thread(
        factories.make_space(visibility="public"), title="hidden heron", hidden_at=timezone.now()
    )
    announce(Thread, hidden)
    assert [row["Title"] for row in table(client)] == ["open heron"]
    assert {row["Title"] for row in table(as_member)} == {"open heron", "closed heron", "members heron"}
    for form in ("bib", "ris", "json", "apa"):
        assert "closed heron" not in fetch(client, form)[1]
        assert "closed heron" in fetch(as_member, form)[1]


def test_people_are_on_no_list(as_member):
    announce(User, factories.make_user(display_name="Heron Smith", is_listed=True))
    resource("heron")
    assert as_member.get("/search/?q=heron").context["results"].total == 2
    assert [row["Title"] for row in table(as_member)] == ["heron"]
    assert "Smith" not in fetch(as_member, query="kind=person&q=heron")[1]


def test_only_resources_are_cited_in_the_order_of_the_results(client):
    first, second = resource("heron heron", summary="heron"), resource("About birds", summary="One heron.")
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), title="heron", text="heron"))
    entries = rispy.loads(fetch(client, "ris")[1])
    assert [entry["title"] for entry in entries] == [first.title, second.title]
    response, content = fetch(client, "bib", query="library=1")
    assert content.count("@online{") == 2
    assert response["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="results.bib"'
    assert response["Cache-Control"] == "private, no-store"


def test_filters_and_pages_do_not_cut_the_list(client, monkeypatch):
    for number in range(25):
        resource(f"heron {number}", year=2020 + number % 2)
    assert len(table(client)) == 25
    assert len(table(client, "q=heron&year=2020")) == 13
    monkeypatch.setattr(exports, "MOST_ROWS", 5)
    assert len(table(client)) == 5


def test_the_page_links_to_its_own_list_and_says_how_long_it_is(client):
    resource()
    page = client.get("/search/?q=heron&kind=resource").content.decode()
    for form in ("csv", "bib", "ris", "json", "apa", "harvard", "vancouver"):
        assert f'href="/search/results.{form}?q=heron&amp;kind=resource"' in page
    assert "At most the first 1000 results" in page
    assert 'href="/search/results.csv?q=heron&amp;library=1"' in client.get("/library/?q=heron").content.decode()
    assert "results.csv" not in client.get("/search/?q=quagga").content.decode()


@pytest.mark.parametrize("url", ["/search/results.csv", "/search/results.xml?q=heron", "/search/results.csv?q=!!!"])
def test_nothing_asked_is_nothing_listed(client, url):
    assert client.get(url).status_code == 404


def test_lists_cannot_be_posted_nor_taken_without_end(client):
    assert client.post("/search/results.csv?q=heron").status_code == 405
    resource()
    fetch(client)
    Allowance.objects.update(used=BY_ADDRESS[0])
    assert client.get("/search/results.csv?q=heron").status_code == 429


def test_queries_do_not_grow_with_each_row(client, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        for number in range(4):
            resource(f"heron {number}")
        fetch(client)
        with django_assert_max_num_queries(12) as queries:
            fetch(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]
