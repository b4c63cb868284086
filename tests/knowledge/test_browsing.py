import re
from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from knowledge.drawing import draw
from knowledge.evidence_map import TOPIC, evidence_map
from knowledge.models import Evidence, ResourcePage
from tests import factories
from tests.conftest import signed_in, text_of
from tests.search.community import announce

pytestmark = [pytest.mark.django_db]

SVG = "{http://www.w3.org/2000/svg}"


def programme(title="Talking together", ratings=(), **fields):
    page = factories.make_resource(title=title, kind="programme", **fields)
    for scheme, value, *more in ratings:
        Evidence.objects.create(page=page, scheme=scheme, value=value, **(more[0] if more else {}))
    announce(ResourcePage, page)
    return page


def address(*pages):
    return "/compare/?" + "&".join(f"id={page.pk}" for page in pages)


# Compare


@pytest.mark.postgres
def test_programmes_stand_side_by_side_in_each_bodys_own_words(client):
    first = programme("First", [("eif", "3+"), ("eef", "££", {"measure": "cost"})], delivery="Six visits at home.")
    second = programme("Second", [("eif", "NL2"), ("nesta", "2 (correlation)")])
    text = text_of(client, address(second, first))
    for words in ("3+", "NL2", "2 (correlation)", "££", "Six visits at home.", "Not rated by this body", "Not said"):
        assert words in text, words
    heads = re.findall(r'card-title serif"><a href="[^"]+">([^<]+)<', text)
    assert heads == ["Second", "First"]
    assert f'href="/compare/?id={second.pk}"' in text


def test_what_all_have_alike_is_said_once(client):
    pages = [programme(f"Programme {number}", country="Norway", delivery=f"{number} visits") for number in (1, 2, 3)]
    text = text_of(client, address(*pages))
    assert text.count("Norway") == 1 and "The same for all of them" in text
    assert "1 visits" in text and "3 visits" in text
    alone = text_of(client, address(pages[0]))
    assert "Norway" in alone and "The same for all of them" not in alone


def test_a_value_is_said_once_with_the_outcomes_rated_so(client):
    outcomes = ["Reading", "Spelling", "Reading"]
    text = text_of(client, address(programme("First", [("eif", "3+", {"outcome": each}) for each in outcomes])))
    assert text.count("3+") == 1
    assert "(Reading, Spelling)" in text


def test_there_are_four_at_most_and_the_page_says_so(client):
    pages = [programme(f"Programme {number}") for number in range(6)]
    text = text_of(client, address(*pages))
    assert "We show the first 4." in text
    assert "Programme 3" in text and 'card-title serif"><a href="' + pages[4].url not in text


@pytest.mark.parametrize("query", ["", "?id=", "?id=x", "?id=999999", "?id=" + "9" * 40, "?id=-1"])
def test_nothing_chosen_leads_to_the_programmes(client, query):
    programme("Begin with me")
    text = text_of(client, f"/compare/{query}")
    assert "Nothing chosen yet" in text
    assert "/library/?type=programme" in text
    assert "Begin with me" in text


def test_only_programmes_that_the_reader_may_see_are_compared(client, member):
    open_one, closed, draft = programme("Open one"), programme("Closed one"), programme("Draft", live=False)
    research = factories.make_resource(title="A study")
    factories.for_members_only(closed)
    text = text_of(client, address(open_one, closed, draft, research))
    assert "Open one" in text
    for hidden in ("Closed one", "Draft", "A study"):
        assert hidden not in text
    assert "Closed one" in text_of(signed_in(member), address(open_one, closed))


def test_programmes_on_the_same_topics_are_offered(client):
    topic = factories.make_topic()
    first = programme("First", topics=[topic])
    near, far = programme("Near", topics=[topic]), programme("Far")
    text = text_of(client, address(first))
    assert f'href="/compare/?id={first.pk}&amp;id={near.pk}"' in text
    assert far.title not in text


def test_the_library_lets_programmes_be_ticked(client):
    page, chosen = programme("Talking together"), programme("Chosen before")
    factories.make_resource(title="A study")
    text = text_of(client, f"/library/?compare={chosen.pk}&compare=x")
    assert f'name="id" value="{page.pk}" form="compare-form"' in text
    assert f'<input type="hidden" name="id" value="{chosen.pk}">' in text
    assert text.count('form="compare-form"') == 2
    assert "compare-form" not in text_of(client, "/search/?q=talking")


def test_a_programme_leads_to_the_comparison(client):
    assert f'href="/compare/?id={(page := programme()).pk}"' in text_of(client, page.url)
    assert "/compare/?id=" not in text_of(client, factories.make_resource().url)


def test_a_comparison_costs_the_same_whatever_it_shows(client, member, django_assert_max_num_queries):
    def cost(number):
        topics = [factories.make_topic() for _ in range(number)]
        pages = [programme(ratings=[("eif", str(each)) for each in range(number)], topics=topics) for _ in range(2)]
        for _ in range(number):
            programme(topics=topics)
        counts = []
        for reader in (client, signed_in(member)):
            text_of(reader, address(*pages))
            with django_assert_max_num_queries(14) as counted:
                text_of(reader, address(*pages))
            counts.append(len(counted))
        return counts

    assert cost(1) == cost(5)


# Evidence map


@pytest.fixture
def topic(db):
    return factories.make_topic(name="Speech", slug="speech")


@pytest.mark.postgres
def test_every_number_of_the_map_is_what_the_library_finds(client, topic):
    other = factories.make_topic(name="Sleep", slug="sleep")
    programme("First", [("eif", "3", {"outcome": "Language"}), ("eif", "2", {"outcome": "Behaviour"})], topics=[topic])
    programme("Second", [("eif", "3"), ("eif", "3", {"measure": "cost"})], topics=[topic, other])
    programme("Third", [("eif", "3+", {"outcome": "Language"})], topics=[topic])
    programme("Fourth", [("nesta", "3")], topics=[topic])
    for by, numbers in (("topic", [1, 1, 1, 2]), ("outcome", [1, 1, 1])):
        text = text_of(client, f"/evidence-map/?scheme=eif&by={by}&as=table")
        cells = re.findall(r'<td><a href="([^"]+)">(\d+)<', text)
        assert sorted(int(number) for _url, number in cells) == numbers
        for url, number in cells:
            found = client.get(url.replace("&amp;", "&")).context["results"]
            assert found.total == int(number), url


def test_the_picture_is_well_formed_named_and_all_links(client, topic):
    programme("First", [("eif", "3+ <b>&</b>")], topics=[topic])
    text = text_of(client, "/evidence-map/")
    drawn = re.search(r"<svg class=\"map\".*?</svg>", text, re.DOTALL)[0]
    svg = ElementTree.fromstring(drawn)
    assert svg.find(f"{SVG}title").text and svg.find(f"{SVG}desc").text
    links = list(svg.iter(f"{SVG}a"))
    assert [link.get("aria-label") for link in links] == ["Speech, rated 3+ <b>&</b>: 1 resource"]
    assert links[0].find(f"{SVG}title").text and links[0].get("href").startswith("/library/?topic=speech")
    assert links[0].find(f"{SVG}text").text == "1"
    assert "Show it as a table" in text


def test_one_body_at_a_time_in_the_order_of_its_scale(client, topic):
    programme("First", [("eif", value) for value in ("4", "NE", "3+", "3", "NL2")], topics=[topic])
    programme("Second", [("nesta", "5")], topics=[topic])
    reader = client.get("/").wsgi_request.user
    found = evidence_map("eif", TOPIC, reader)
    assert found.values == ["NE", "NL2", "3", "3+", "4"]
    assert evidence_map("nesta", TOPIC, reader).values == ["5"]
    assert len(draw(found).bands) == 1
    text = text_of(client, "/evidence-map/?scheme=nonsense&by=nonsense&as=nonsense")
    assert "Early Intervention Foundation (1)" in text and "Nesta Standards of Evidence (1)" in text


def test_a_map_without_ratings_or_outcomes_says_so(client, topic):
    assert "Nothing in the library has a rating" in text_of(client, "/evidence-map/")
    programme("First", [("eif", "3")])
    cache.clear()
    assert "is on none of our topics yet" in text_of(client, "/evidence-map/")
    assert "do not say which outcome" in text_of(client, "/evidence-map/?by=outcome")


def test_private_resources_and_drafts_are_counted_for_nobody_else(client, member, topic):
    factories.for_members_only(programme("Closed", [("eif", "3")], topics=[topic]))
    programme("Draft", [("eif", "3")], topics=[topic], live=False)
    assert "Nothing in the library has a rating" in text_of(client, "/evidence-map/")
    assert "Speech, rated 3: 1 resource" in text_of(signed_in(member), "/evidence-map/")
    assert "Nothing in the library has a rating" in text_of(client, "/evidence-map/")


def test_what_is_withdrawn_leaves_the_map_at_once(client, topic):
    page = programme("First", [("eif", "3")], topics=[topic])
    assert "Speech, rated 3" in text_of(client, "/evidence-map/")
    page.unpublish()
    assert "Speech, rated 3" not in text_of(client, "/evidence-map/")


def test_the_map_takes_a_fixed_number_of_queries(client, member, django_assert_max_num_queries):
    def cost(number):
        for each in range(number):
            programme(ratings=[("eif", str(each), {"outcome": f"Outcome {each}"})], topics=[factories.make_topic()])
        counts = []
        for reader in (client, signed_in(member)):
            for query in ("", "?as=table", "?by=outcome"):
                cache.clear()
                with django_assert_max_num_queries(16) as counted:
                    text_of(reader, f"/evidence-map/{query}")
                counts.append(len(counted))
        return counts

    cost(1)
    assert cost(1) == cost(5)


@pytest.mark.parametrize("role", ["member", "moderator", "editor", "administrator"])
def test_whoever_wagtail_lets_add_pages_is_shown_where(client, role):
    library, person = factories.library_page(), factories.make_user(role)
    client.force_login(person)
    may_add = library.permissions_for_user(person).can_add_subpage()
    assert (f"/resourcepage/{library.pk}/" in client.get("/library/").content.decode()) is may_add
    assert may_add is (role != "member")
