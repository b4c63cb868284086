"""What there is already about a text or a page: for each reader what they may see."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.models import Thread
from knowledge.models import ResourcePage
from search import cards
from search.similar import more_like, similar_to
from tests import factories
from tests.conftest import signed_in
from tests.search import community
from tests.search.community import EXPECTED, WORD, announce

pytestmark = pytest.mark.django_db
ADDRESS = "/search/similar/?title="


def titles(cards):
    return {card.title.replace(f" {WORD}", "") for card in cards}


def test_while_writing_only_what_the_writer_may_see(settle):
    made = community.build()
    settle()
    for who, expected in EXPECTED.items():
        found = titles(similar_to(f"Who knows a {WORD}?", made.people.get(who, AnonymousUser()), limit=20))
        assert found == expected - {"listed person"}, who


def test_beside_a_page_only_what_its_reader_may_see(settle):
    made = community.build()
    settle()
    key = f"thread:{made.threads['public thread'].pk}"
    for who, expected in EXPECTED.items():
        found = titles(more_like(key, made.people.get(who, AnonymousUser()), limit=20))
        assert "public resource" in found and "public thread" not in found
        # What every member may read is worked out once, so closed spaces never stand here.
        assert found <= expected - {"listed person", "ask thread", "ask joined thread", "invited thread"}, who


@pytest.mark.postgres
def test_what_is_hidden_after_it_was_worked_out_is_gone_at_once():
    made = community.build()
    key = f"resource:{made.pages['public resource'].pk}"
    assert "public thread" in titles(more_like(key, AnonymousUser()))
    Thread.objects.filter(pk=made.threads["public thread"].pk).update(hidden_at=timezone.now())
    assert "public thread" not in titles(more_like(key, AnonymousUser()))


def test_one_query_once_it_was_worked_out():
    made = community.build()
    key = f"resource:{made.pages['public resource'].pk}"
    more_like(key, AnonymousUser())
    with CaptureQueriesContext(connection) as found:
        more_like(key, AnonymousUser())
    assert len(found) == 1
    cache.clear()
    assert more_like("resource:999999", AnonymousUser()) == []


def test_threads_and_resources_show_them(client):
    made = community.build()
    for page in (made.threads["public thread"].get_absolute_url(), made.pages["public resource"].url):
        text = client.get(page).content.decode()
        assert "More like this" in text and "members thread" not in text
    assert "members thread" in signed_in(made.people["member"]).get(made.pages["public resource"].url).content.decode()


def test_a_title_of_one_word_has_similar_ones(client):
    announce(ResourcePage, factories.make_resource(title="Colic and what helps"))
    assert "Colic and what helps" in client.get("/search/similar/", {"title": "Colic"}).content.decode()
    assert "<a" not in client.get("/search/similar/", {"title": "Coli"}).content.decode()


@pytest.mark.parametrize(
    "title", ["", "short", "\x00" * 20, "%" * 50, "x" * 5000, '"' * 30, "in: by: topic: is:", "of the and"]
)
def test_any_title_is_answered(client, title):
    answer = client.get("/search/similar/", {"title": title})
    assert answer.status_code == 200 and "<a" not in answer.content.decode()


@pytest.mark.parametrize("is_for_page", [True, False])
def test_the_threads_of_posts_are_looked_up_and_not_listed(member, is_for_page):
    """All visible threads in a list, for a dozen posts, took SQLite thirty times as long."""
    ids = {f"post{place}": place for place in range(cards.AT_ONCE)}
    for reader in (AnonymousUser(), member):
        plan = cards._some(reader, ("post",), is_for_page, **ids).explain()
        if connection.vendor == "sqlite":
            assert "CORRELATED" in plan and "INDEX thread_" not in plan, plan


def test_five_at_most_as_a_piece_of_a_page(client):
    space = factories.make_space(visibility="public")
    for number in range(8):
        announce(Thread, factories.make_thread(space, title=f"Toddler sleep <b>{number}</b>"))
    text = client.get(f"{ADDRESS}My toddler does not sleep").content.decode()
    assert text.count("<a ") == 5 and "<html" not in text and "<b>" not in text
    assert client.post(ADDRESS).status_code == 405


def test_without_scripts_it_stands_beside_the_preview(as_member):
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), title="Toddler sleep"))
    assert "Is your answer here already?" not in as_member.get("/community/start/").content.decode()
    text = as_member.get("/community/start/?title=Toddler+sleep").content.decode()
    assert "Is your answer here already?" in text
    answer = as_member.post("/community/start/", {"title": "Toddler sleep", "wish": "preview"})
    assert "Is your answer here already?" in answer.content.decode()
