import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from accounts.models import User
from events.models import WebinarPage
from forum.models import Post, Thread
from knowledge.models import ResourcePage
from search.cursors import Cursor
from search.query import PAGE_SIZE
from tests import factories
from tests.search import community as made_up
from tests.search.community import announce
from tests.vocabulary.thesaurus import make_concept
from web.models import Allowance

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def text(response):
    return response.content.decode()


def fill(rows, word="heron"):
    """So many of everything, in as many containers, topics, sectors and places."""
    for _ in range(rows):
        place = factories.make_place()
        vocabulary = {"topics": [factories.make_topic()], "sectors": [factories.make_sector()]}
        page = factories.make_resource(title=f"{word} page", place=place, **vocabulary)
        announce(ResourcePage, page)
        webinar = factories.make_webinar(title=f"{word} webinar")
        factories.make_session(webinar)
        announce(WebinarPage, webinar)
        thread = factories.make_thread(
            factories.make_space(visibility="public", place=place), title=f"{word} thread", text=word
        )
        thread.topics.set(vocabulary["topics"])
        announce(Thread, thread)
        other = factories.make_thread(thread.space, title="Else")
        announce(Post, factories.make_post(other, source=f"A {word} replied"))
        announce(User, factories.make_user(display_name=f"{word} person", is_listed=True, place=place))


@pytest.mark.parametrize("path", ["/search/?q=heron", "/search/?kind=discussion&kind=person&kind=webinar", "/library/"])
@pytest.mark.parametrize(("who", "most"), [("visitor", 10), ("member", 14)])
def test_queries_do_not_depend_on_how_much_is_found(path, who, most, as_member):
    client = as_member if who == "member" else Client()
    counts = []
    for rows in (1, 3):
        fill(rows)
        client.get(path)
        counts.append(_queries(client, path))
    assert counts[0] == counts[1] <= most


def test_restrictions_on_pages_cost_no_further_queries(client):
    fill(1)
    client.get("/search/?q=heron")
    before = _queries(client, "/search/?q=heron")
    for _ in range(3):
        made_up.restrict(factories.make_resource(title="heron too"), PageViewRestriction.LOGIN)
    assert _queries(client, "/search/?q=heron") == before <= 10


def _queries(client, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return len(captured)


def test_every_kind_can_be_told_apart(as_member):
    fill(1)
    page = text(as_member.get("/search/?q=heron"))
    for label in ("Research summary", "Webinar", "Question", "Reply in a discussion", "Person"):
        assert f'<p class="row-label">{label}' in page
    assert "<mark>heron</mark>" in page
    assert "5 results" in page


def test_what_is_found_and_asked_is_escaped(client):
    page = factories.make_resource(title="<img src=x onerror=alert(1)> heron", summary="<script>heron</script>")
    announce(ResourcePage, page)
    shown = text(client.get("/search/", {"q": 'heron "><script>alert(1)</script>'}))
    shown += text(client.get("/search/", {"q": "heron"}))
    assert "<img src=x" not in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;<mark>heron</mark>&lt;/script&gt;" in shown


def test_filters_are_a_plain_form_that_keeps_what_was_chosen(client):
    fill(2)
    topic = ResourcePage.objects.first().topics.first()
    page = text(client.get(f"/search/?q=heron&topic={topic.slug}&kind=resource"))
    assert f'name="topic" value="{topic.slug}" form="search-form" checked' in page
    assert 'name="kind" value="resource" form="search-form" checked' in page
    assert 'name="kind" value="discussion" form="search-form">' in page
    assert f'href="?q=heron&amp;topic={topic.slug}"' in page
    assert 'href="?q=heron"' in page


def test_pages_follow_one_another_and_end(client):
    for number in range(PAGE_SIZE + 1):
        announce(ResourcePage, factories.make_resource(title=f"heron {number:02}"))
    first = client.get("/search/?q=heron")
    second = client.get("/search/" + first.context["results"].next_url)
    shown = [str(hit.url) for response in (first, second) for hit in response.context["results"].hits]
    assert len(shown) == len(set(shown)) == PAGE_SIZE + 1
    assert 'rel="next"' in text(first)
    assert 'rel="next"' not in text(second)
    assert 'href="?q=heron" rel="prev"' in text(second)
    beyond = client.get(f"/search/?q=heron&cursor={Cursor('x', 200).encode()}")
    assert beyond.status_code == 200
    assert "There is nothing on this page" in text(beyond)


@pytest.mark.parametrize("asked", ["?q=in:people+ada", "?q=ada&kind=person"])
def test_a_visitor_who_looks_for_people_is_told_to_sign_in(client, asked):
    page = client.get(f"/search/{asked}").content.decode()
    assert "People are found by members who are signed in." in page
    assert 'href="/accounts/login/?next=/search/' not in page
    assert "?next=%2Fsearch%2F%3F" in page
    client.force_login(factories.make_user())
    assert "members who are signed in" not in client.get(f"/search/{asked}").content.decode()


def test_some_of_the_words_are_better_than_nothing(client):
    announce(ResourcePage, factories.make_resource(title="heron"))
    response = client.get("/search/?q=heron+quagga")
    assert response.context["results"].is_partial_match
    assert "Nothing here has all of your words" in text(response)


def test_what_was_found_by_what_is_near_is_not_said_to_have_some_of_the_words(client):
    make_concept("Conduct disorder", broader=[make_concept("Behaviour that challenges")])
    announce(ResourcePage, factories.make_resource(title="Behaviour that challenges"))
    assert "some of them, or are about something near" in text(client.get("/search/?q=conduct+disorder"))


def test_a_long_query_says_what_was_done_with_it(client):
    assert "That was a long search" in text(client.get("/search/", {"q": "heron " * 200}))


def test_the_page_before_anything_is_asked(client):
    page = text(client.get("/search/"))
    assert 'name="q"' in page
    assert "no word in that" not in page
    assert "no word in that" in text(client.get("/search/?q=!!!"))


def test_newest_first(client):
    pages = [factories.make_resource(title="heron") for _ in range(3)]
    for day, page in enumerate(pages):
        page.first_published_at = f"2026-01-0{day + 1}T00:00:00Z"
        page.save()
    announce(ResourcePage, *pages)
    shown = [str(hit.url) for hit in client.get("/search/?q=heron&sort=newest").context["results"].hits]
    assert shown == [page.url for page in reversed(pages)]


def test_the_library_holds_resources_only_and_can_be_shared(client):
    fill(1)
    factories.library_page().introduction = "x"
    page = client.get("/library/")
    assert page.context["results"].total == 1
    assert "Kind of resource" in text(page)
    assert client.get("/library/?kind=discussion").context["results"].total == 1
    assert client.get("/library/?type=research").context["results"].total == 1
    assert client.get("/library/?type=guidance").context["results"].total == 0


def test_the_librarys_own_words_and_privacy(client, as_member):
    library = factories.library_page()
    library.introduction = "What we know so far."
    library.save()
    assert "What we know so far." in text(client.get("/library/"))
    made_up.restrict(library, PageViewRestriction.LOGIN)
    response = client.get("/library/?q=heron")
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    assert as_member.get("/library/").status_code == 200
    PageViewRestriction.objects.update(restriction_type=PageViewRestriction.GROUPS)
    assert as_member.get("/library/").status_code == 404


@pytest.mark.parametrize("name", ["search", "library"])
def test_nothing_can_be_posted(client, name):
    assert client.post(reverse(name), {"q": "heron"}).status_code == 405


def test_search_pages_stay_out_of_outside_search_engines(client):
    assert '<meta name="robots" content="noindex">' in text(client.get("/search/?q=heron"))
    assert '<meta name="robots" content="noindex">' in text(client.get("/library/?q=heron"))
    assert "noindex" not in text(client.get("/library/"))


def test_a_robot_that_asks_without_end_is_told_to_wait(client):
    client.get("/search/?q=heron")
    Allowance.objects.update(used=1_000_000)
    assert client.get("/search/?q=heron").status_code == 429
    assert client.get("/library/").status_code == 429


def test_the_library_is_in_the_navigation(client):
    cache.clear()
    assert f'<a href="{reverse("library")}"' in text(client.get("/search/"))


def test_a_webinar_stands_at_the_hour_of_the_readers_clock(client):
    webinar = factories.make_webinar(title="Heron in summer")
    factories.make_session(webinar, date=dt.date(dt.date.today().year + 1, 7, 6), start_time=dt.time(13))
    announce(WebinarPage, webinar)
    page = text(client.get("/search/?q=heron"))
    assert re.search(r">\w+day 6 July \d{4}, 1pm</time>", page)


def test_a_minus_alone_says_what_it_finds_and_offers_the_words(client):
    announce(ResourcePage, factories.make_resource(title="Heron"), factories.make_resource(title="Quagga"))
    page = client.get("/search/?q=-heron -well-being&sort=newest")
    assert [hit.title for hit in page.context["results"].hits] == ["Quagga"]
    assert "so this is everything else" in page.content.decode()
    assert page.context["without_minus"] == "?q=heron+well-being&sort=newest"
    page = client.get("/search/?q=-topic:birds -IS:open -heron")
    assert page.context["without_minus"] == "?q=-topic%3Abirds+-IS%3Aopen+heron"
    for asked in ("quagga -heron", "quagga", "in:library"):
        assert "so this is everything else" not in client.get("/search/", {"q": asked}).content.decode()


def test_a_minus_before_a_word_that_is_everywhere_is_not_there(client):
    announce(ResourcePage, factories.make_resource(title="The heron of the lake"))
    assert client.get("/search/?q=heron -the").context["results"].total == 1
    assert "There was no word in that to look for" in client.get("/search/?q=-the").content.decode()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("is:purple", ["answered, unanswered or, for webinars, open"]),
        ("heron IS:purple is:green", ["answered, unanswered or, for webinars, open"]),
        ("heron -is:purple", ["we left out its words", "answered, unanswered or, for webinars, open"]),
        ("in:nowhere is:purple", ["or the name of a space or place", "answered, unanswered or, for webinars, open"]),
        ("after:yesterday", ["a year, a month or a day"]),
        ("title:heron", ["we searched for its words"]),
        ("heron in:library", []),
    ],
)
def test_an_operator_that_was_given_something_else_says_what_it_takes(client, asked, told):
    announce(ResourcePage, factories.make_resource(title="Heron"))
    said = text(client.get("/search/", {"q": asked}))
    every = ("answered, unanswered or, for webinars, open", "or the name of a space or place",
             "a year, a month or a day", "we left out its words")  # fmt: skip
    assert all(said.count(each) == 1 for each in told)
    assert not any(each in said for each in every if each not in told)
