"""What the page of results shows and offers, beyond finding."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from events import transcripts
from events.models import Session, WebinarPage
from forum.models import Post, Thread
from knowledge.evidence_map import rating_slug
from knowledge.models import Evidence, ResourcePage
from search import facets, spoken
from search.facets import Names
from search.loading import load, resources_among
from search.query import Addition, Match, Query, Term
from search.results import Results
from search.views.helping import examples
from search.views.results import _context
from tests import factories
from tests.events.conftest import session_in
from tests.search.community import announce
from tests.vocabulary.thesaurus import make_concept

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SPOKEN = """WEBVTT

00:00:04.000 --> 00:00:16.000
<v Hannah>Good afternoon.

00:10:20.000 --> 00:10:30.000
<v Rukhsana>A heron stands on one leg.
"""


def text(response):
    return response.content.decode()


def results(client, query):
    return client.get(f"/search/?{query}").context["results"]


def question(title="heron", **fields):
    space = factories.make_space(visibility="public", **fields)
    return factories.make_thread(space, title=title, text="Who knows?", kind=Thread.Kind.QUESTION)


# Rows ------------------------------------------------------------------------------------------------------


def test_the_best_post_stands_for_its_thread_and_says_how_many_more_match(client):
    thread = question("Something else")
    posts = [factories.make_post(thread, source=words) for words in ("heron heron", "a heron", "one heron", "none")]
    announce(Thread, thread)
    announce(Post, *posts)
    (hit,) = results(client, "q=heron").hits
    assert (str(hit.label), hit.more, hit.url) == ("Reply in a discussion", 2, posts[0].get_absolute_url())
    assert "and 2 more posts in it match" in text(client.get("/search/?q=heron"))


def test_ratings_places_and_what_helped_are_seen_at_a_glance(client):
    region = factories.make_place(name="The North", kind="region")
    council = region.add_child(name="Claremont", slug="claremont", kind="council")
    page = factories.make_resource(title="heron", place=council)
    for value in ("Meets standards", "Meets standards with reservations"):
        Evidence.objects.create(page=page, scheme="wwc", value=value)
    thread = question(place=council)
    thread.answer = factories.make_post(thread, source="Fish")
    thread.save()
    announce(ResourcePage, page)
    announce(Thread, thread)
    shown = text(client.get("/search/?q=heron"))
    assert "Evidence: Meets standards (What Works Clearinghouse (United States)) and 1 more rating" in shown
    assert shown.count("<span>Claremont</span>") >= 2
    assert "Question · something helped" in shown


@pytest.mark.parametrize(
    "key", ["thread:abc", "thread", "thread:", "post:99999999999999999999", "session:1:x", "", "::"]
)
def test_a_key_that_is_none_of_ours_has_no_row(key):
    assert load([Match(key, key)], AnonymousUser()) == {}
    assert resources_among([Match(key, f"resource:{key}")], AnonymousUser()) == []


def test_a_webinar_that_still_has_places_says_so(client):
    webinar = factories.make_webinar(title="heron")
    session_in(webinar, hours=24)
    announce(WebinarPage, webinar)
    assert "Webinar · open for registration" in text(client.get("/search/?q=heron"))


def test_what_was_said_opens_the_recording_at_its_second(client):
    webinar = factories.make_webinar(title="Wading birds")
    session = session_in(webinar, hours=-24, transcript=SPOKEN, recording_url="https://youtu.be/abc")
    announce(WebinarPage, webinar)
    (hit,) = results(client, "q=heron+leg").hits
    assert hit.found_in.text == "Said at 10:20 in the recording"
    assert hit.url == hit.found_in.url == f"{webinar.url}?session={session.pk}&t=620#start-{session.pk}"
    there = text(client.get(hit.found_in.url))
    assert "https://youtu.be/abc?t=620s" in there
    assert f'id="start-{session.pk}"' in there


def test_what_was_said_is_read_once_for_many_searches(client, monkeypatch):
    webinar = factories.make_webinar(title="Wading birds")
    session = session_in(webinar, hours=-24, recording_url="https://youtu.be/abc")
    session.transcript = "WEBVTT\n\n00:10:00.000 --> 00:10:09.000\n<v Ada>Now the heron and the stork"
    session.save()
    announce(WebinarPage, webinar)
    read = []
    monkeypatch.setattr(spoken, "passages", lambda source: read.append(source) or transcripts.passages(source))
    spoken.minutes_of.cache_clear()
    for words in ("heron", "stork"):
        assert "t=600" in results(client, f"q={words}").hits[0].found_in.url
    assert len(read) == 1


def test_a_recording_opens_where_the_words_are_said_and_not_where_their_minute_begins(client):
    webinar = factories.make_webinar(title="Wading birds")
    session = session_in(webinar, hours=-24, recording_url="https://youtu.be/abc")
    cues = ("Good morning.", "&amp; welcome, all of you.", "Now the heron,", "which stands on one leg.", "So much.")
    session.transcript = "WEBVTT\n\n" + "\n\n".join(
        f"00:10:{10 * number:02}.000 --> 00:10:{10 * number + 9}.000\n<v Ada>{said}" for number, said in enumerate(cues)
    )
    session.save()
    announce(WebinarPage, webinar)
    for words, second in (("heron+leg", 620), ("leg", 630), ("welcome", 610), ("morning", 600), ('"one leg"', 630)):
        (hit,) = results(client, f"q={words}").hits
        assert hit.found_in.url.startswith(f"{webinar.url}?session={session.pk}&t={second}#"), words
    Session.objects.filter(pk=session.pk).update(transcript="")
    # What was said has been taken away since, and is not told anew.
    assert results(client, "q=heron+leg").hits[0].found_in.text == "Said at 10:00 in the recording"


def test_a_person_is_found_by_members_only(client, as_member):
    announce(User, factories.make_user(display_name="Heron Smith", is_listed=True))
    assert results(client, "q=heron").total == 0
    assert [hit.name for hit in results(as_member, "q=heron").hits] == ["Heron Smith"]


# Filters ---------------------------------------------------------------------------------------------------


def test_several_values_of_a_facet_and_counts_that_stay_right():
    topics = [factories.make_topic(name=name, slug=name) for name in ("a", "b", "c")]
    for topic in topics:
        announce(ResourcePage, factories.make_resource(title="heron", topics=[topic], year=2020))
    announce(ResourcePage, factories.make_resource(title="heron", topics=topics[:2], year=2021))
    found = results(Client(), "q=heron&topic=a&topic=b&year=2020")
    assert found.total == 2
    numbers = {
        facet.name: {value.value: value.number for value in (*facet.first, *facet.more)} for facet in found.facets
    }
    assert numbers["topic"] == {"a": 1, "b": 1, "c": 1}
    assert numbers["year"] == {"2020": 2, "2021": 1}
    assert [(choice.facet, choice.name) for choice in found.chosen] == [
        ("topic", "a"),
        ("topic", "b"),
        ("year", "2020"),
    ]
    assert found.chosen[0].url == "?q=heron&topic=b&year=2020"


def test_every_facet_has_names_and_can_be_chosen(client):
    page = factories.make_resource(
        title="heron", year=2020, place=factories.make_place(), topics=[factories.make_topic()],
        sectors=[factories.make_sector()],
    )  # fmt: skip
    Evidence.objects.create(page=page, scheme="eif", value="Level 3+")
    announce(ResourcePage, page)
    announce(Thread, question())
    found = results(client, "q=heron")
    assert {facet.name for facet in found.facets} == set(facets.EVERYWHERE)
    for facet in found.facets:
        for value in facet.first:
            narrowed = results(client, f"q=heron&{facet.name}={value.value}")
            assert narrowed.total == value.number, (facet.name, value)
    assert ("eif-level-3-plus", "Level 3+ (Early Intervention Foundation)") in {
        (value.value, value.name) for facet in found.facets for value in facet.first
    }


def test_ratings_of_two_bodies_are_never_one():
    ratings = [("eif", "Level 3+"), ("nesta", "Level 3+"), ("eif", "Level 3"), ("eef", "£"), ("eef", "££"),
               ("eef", "-2"), ("eef", "2"), ("eef", "−1"), ("eef", "+1")]  # fmt: skip
    slugs = {rating_slug(*each) for each in ratings}
    assert len(slugs) == len(ratings)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,120}", slug) for slug in slugs)
    assert len(rating_slug("wwc", "x" * 160)) <= 120


def test_a_rating_of_cost_is_none_of_strength_and_one_of_an_outcome_is_found_by_both(client):
    page = factories.make_resource(title="heron")
    Evidence.objects.create(page=page, scheme="eif", value="3+", outcome="Children’s speech")
    Evidence.objects.create(page=page, scheme="eif", value="2", measure="cost")
    announce(ResourcePage, page)
    totals = {
        query: results(client, f"q=heron&{query}").total
        for query in ("strength=eif-3-plus", "strength=eif-3", "strength=eif-2", "cost=eif-2",
                      "outcome=eif-3-plus--childrens-speech", "outcome=eif-2--childrens-speech")
    }  # fmt: skip
    assert totals == dict(zip(totals, [1, 0, 0, 1, 1, 0], strict=True))
    text = client.get("/library/?outcome=eif-3-plus--childrens-speech").content.decode()
    assert "Children’s speech: 3+ (Early Intervention Foundation)" in text


def test_what_was_chosen_in_the_library_is_shown_and_taken_out_on_the_page_of_everything_too(client):
    page = factories.make_resource(title="heron")
    Evidence.objects.create(page=page, scheme="eif", value="2", measure="cost")
    announce(ResourcePage, page, factories.make_resource(title="heron two"))
    found = results(client, "q=heron&cost=eif-2")
    assert (found.total, [(choice.name, choice.url) for choice in found.chosen]) == (
        1, [("2 (Early Intervention Foundation)", "?q=heron")]
    )  # fmt: skip
    assert "cost" not in [facet.name for facet in results(client, "q=heron").facets]


def test_years_run_backwards_and_what_is_chosen_stands_first():
    counts = {"year": {str(year): 1 for year in range(1990, 2025)}}
    query = Query(chosen={"year": ("1999",)}, counted=("year",))
    (facet,) = facets.facets(query, counts, Names([], [], AnonymousUser()))
    assert [value.name for value in facet.first] == ["1999", "2024", "2023", "2022", "2021", "2020"]
    assert len(facet.first) + len(facet.more) == facets.MOST_VALUES
    assert facet.is_open
    assert facet.chosen == 1


def test_filters_work_folded_and_without_a_script(client):
    announce(ResourcePage, factories.make_resource(title="heron", year=2020, topics=[factories.make_topic()]))
    page = text(client.get("/search/?q=heron&year=2020"))
    assert re.search(r'<details class="disclosure" open><summary><span id="facet-year">', page)
    assert 'name="year" value="2020" form="search-form" checked' in page
    assert 'action="/search/"' in page


def test_a_kind_of_resource_can_be_asked_for_everywhere(client):
    announce(ResourcePage, factories.make_resource(title="heron", kind="research"))
    announce(ResourcePage, factories.make_resource(title="heron", kind="guidance"))
    found = results(client, "q=heron&type=guidance")
    assert (found.total, [choice.name for choice in found.chosen]) == (1, ["Guideline or guidance"])


# Words that were changed ------------------------------------------------------------------------------------


def test_each_addition_can_be_taken_out_and_put_back():
    addition = Addition("hv", "health visitor", Term(("health", "visitor")), key="health-visitor", start=0)
    query = Query(text="hv x", taken_out=("home-visit",))
    context = _context(Results(query, [], 1, [], additions=(addition,)))
    assert [(way.name, way.url) for way in context["additions"]] == [
        ("health visitor", "?q=hv+x&without=home-visit&without=health-visitor")
    ]
    assert [(way.name, way.url) for way in context["taken_out"]] == [("home visit", "?q=hv+x")]


def test_a_search_that_was_put_right_can_be_insisted_on(client):
    announce(ResourcePage, factories.make_resource(title="kingfisher", summary="A kingfisher."))
    page = text(client.get("/search/?q=kingfsher"))
    assert "Showing results for “<strong>kingfisher</strong>”." in page
    assert '<a href="?q=kingfsher&amp;exact=1">Search instead for “kingfsher”</a>' in page
    assert "<mark>kingfisher</mark>" in page
    insisted = client.get("/search/?q=kingfsher&exact=1")
    assert insisted.context["results"].total == 0
    assert "We found nothing for “kingfsher”" in text(insisted)


@pytest.mark.parametrize("address", ["/search/", "/library/"])
def test_what_was_insisted_on_stays_so_when_a_filter_is_chosen_and_no_longer_with_other_words(client, address):
    announce(ResourcePage, factories.make_resource(title="kingfisher", summary="A kingfisher."))
    insisted = client.get(address, {"q": "kingfsher", "exact": "1"})
    assert '<input type="hidden" name="exact" value="kingfsher">' in text(insisted)
    assert 'name="exact"' not in text(client.get(address, {"q": "kingfsher"}))
    filtered = {"exact": "kingfsher", "topic": "sleep"}
    assert client.get(address, {"q": " kingfsher", **filtered}).context["results"].corrected == ""
    assert client.get(address, {"q": "kingfishr", "exact": "kingfsher"}).context["results"].corrected == "kingfisher"


def test_what_is_no_filter_of_ours_is_said(client):
    announce(ResourcePage, factories.make_resource(title="heron"))
    assert "“site:heron” is no filter that we know" in text(client.get("/search/?q=site:heron"))
    assert "“topic:quagga” is no filter" in text(client.get("/search/?q=heron+topic:quagga"))
    assert "is no filter" not in text(client.get("/search/?q=heron+http://heron.example+at+10:30"))


def test_without_words_a_thread_is_shown_by_its_own_text(client):
    thread = factories.make_thread(
        factories.make_space(visibility="public"), title="Herons", text="Where do they nest?"
    )
    announce(Thread, thread)
    announce(Post, factories.make_post(thread, source="No idea."))
    [hit] = client.get("/search/?kind=discussion").context["results"].hits
    assert (hit.snippet, hit.url, hit.more) == ("Where do they nest?", thread.get_absolute_url(), 0)


@pytest.mark.parametrize(("found", "is_offered"), [(0, True), (3, True), (4, False)])
def test_something_wider_is_offered_where_little_was_found(client, found, is_offered):
    make_concept("Heron", broader=[make_concept("Wading birds")])
    announce(ResourcePage, *[factories.make_resource(title=f"Heron {number}") for number in range(found)])
    assert ("You could look for something wider" in text(client.get("/search/?q=heron"))) == is_offered


def test_a_search_is_saved_as_it_was_put_right(as_member):
    announce(ResourcePage, factories.make_resource(title="Toddler sleep"))
    assert "/me/searches/save/?q=toddler+sleep" in text(as_member.get("/search/?q=todler+sleep"))
    assert "/me/searches/save/?q=todler+sleep" in text(as_member.get("/search/?q=todler+sleep&exact=1"))


# Help -----------------------------------------------------------------------------------------------------------


def test_the_help_is_linked_beside_the_box_and_its_examples_run(client):
    assert f'<a href="{reverse("search_help")}">How to search</a>' in text(client.get("/search/?q=heron"))
    page = text(client.get(reverse("search_help")))
    for example in examples():
        assert f'href="{example.url}"' in page.replace("&amp;", "&")
        assert client.get(example.url).status_code == 200
    assert client.post(reverse("search_help")).status_code == 405


def test_a_page_of_results_is_small(client):
    now = timezone.now()
    topics = [factories.make_topic(name=f"A topic with a rather long name {number}") for number in range(30)]
    sectors = [factories.make_sector(name=f"A sector with a rather long name {number}") for number in range(24)]
    for number in range(20):
        page = factories.make_resource(
            title=f"heron {number} and everything that is known about it", summary="heron " * 90, topics=topics,
            sectors=sectors, year=1990 + number, place=factories.make_place(),
        )  # fmt: skip
        page.first_published_at = now - dt.timedelta(days=number)
        page.save()
        announce(ResourcePage, page)
    assert len(client.get("/search/?q=heron").content) < 60_000
