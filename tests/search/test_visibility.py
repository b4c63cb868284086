"""Nobody finds, counts or guesses what they may not see; not with either engine, nor while an index is stale."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from forum.models import Post, Space, Thread
from search.finding import find
from search.query import Query
from tests.conftest import signed_in
from tests.search import community as made_up
from tests.search.community import EXPECTED, WORD

pytestmark = pytest.mark.django_db
QUERY = Query(text=WORD)


@pytest.fixture
def community(settle):
    made = made_up.build()
    settle()
    return made


def titles(results):
    found = (str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in results.hits)
    return {title.replace(f" {WORD}", "") for title in found}


def reader(community, role):
    return community.people[role] if role != "visitor" else AnonymousUser()


def topics(results):
    counted = next((facet for facet in results.facets if facet.name == "topic"), None)
    return {value.name.removeprefix("topic of ") for value in (*counted.first, *counted.more)} if counted else set()


@pytest.mark.parametrize("role", EXPECTED)
def test_each_reader_finds_exactly_what_they_may_see(community, role):
    results = find(QUERY, reader(community, role))
    expected = EXPECTED[role]
    assert titles(results) == expected
    assert results.total == len(expected)
    with_topics = expected - {"public reply", "public webinar", "listed person"}
    assert topics(results) == with_topics


@pytest.mark.parametrize("role", EXPECTED)
def test_the_page_says_nothing_about_anything_else(community, role):
    client = Client() if role == "visitor" else signed_in(community.people[role])
    pages = [client.get("/search/", {"q": WORD, "sort": sort}).content.decode() for sort in ("newest", "relevance")]
    pages.append(client.get("/library/", {"q": WORD}).content.decode())
    unseen = EXPECTED["moderator"] - EXPECTED[role] | {"draft resource", "hidden thread", "unlisted person"}
    for text in pages:
        for name in unseen:
            assert name not in text
        assert "hidden reply" not in text


def test_a_space_made_private_is_gone_at_once(community, settle):
    visitor = AnonymousUser()
    assert "public thread" in titles(find(QUERY, visitor))
    Space.objects.filter(pk=community.spaces["public"].pk).update(visibility="invited", open_to_search_engines=False)
    results = find(QUERY, visitor)
    assert titles(results) == {"public resource", "public webinar"}
    assert results.total == 2
    assert "public thread" not in topics(results)


def test_a_thread_that_is_hidden_or_moved_is_gone_at_once(community, settle):
    thread = community.threads["public thread"]
    thread.space = community.spaces["ask"]
    thread.save()
    made_up.announce(Thread, thread)
    before = find(QUERY, AnonymousUser())
    settle()
    for results in (before, find(QUERY, AnonymousUser())):
        assert "public thread" not in titles(results) | topics(results)
        assert results.total == len(titles(results)) == 3


def test_a_page_that_is_unpublished_is_gone_at_once(community, settle):
    community.pages["public resource"].unpublish()
    before = find(QUERY, AnonymousUser())
    settle()
    for results in (before, find(QUERY, AnonymousUser())):
        assert "public resource" not in titles(results) | topics(results)
        assert results.total == 3


def test_a_page_that_is_deleted_is_gone_at_once(community, settle):
    community.pages["login resource"].delete()
    before = find(QUERY, community.people["member"])
    settle()
    for results in (before, find(QUERY, community.people["member"])):
        assert not {"login resource", "login child"} & (titles(results) | topics(results))


def test_privacy_set_on_a_page_counts_at_once_for_everything_beneath_it(community, settle):
    restriction = made_up.restrict(community.pages["public resource"].get_parent(), PageViewRestriction.LOGIN)
    before = find(QUERY, AnonymousUser())
    settle()
    for results in (before, find(QUERY, AnonymousUser())):
        assert titles(results) == {"public thread", "public reply", "public webinar"}
        assert topics(results) == {"public thread"}
        assert results.total == 3
    restriction.delete()
    settle()
    assert "public resource" in titles(find(QUERY, AnonymousUser()))


def test_a_page_moved_beneath_a_closed_one_is_closed_at_once(community, settle):
    community.pages["public resource"].move(community.pages["login resource"], pos="last-child")
    before = find(QUERY, AnonymousUser())
    settle()
    for results in (before, find(QUERY, AnonymousUser())):
        assert "public resource" not in titles(results) | topics(results)
    assert "public resource" in titles(find(QUERY, community.people["member"]))


def test_the_inner_of_two_closed_pages_opens_only_with_the_outer_one(community, settle, administrator):
    inner = community.pages["login child"]
    made_up.restrict(inner, PageViewRestriction.LOGIN)
    PageViewRestriction.objects.filter(page=community.pages["login resource"]).update(restriction_type="groups")
    settle()
    assert "login child" not in titles(find(QUERY, community.people["member"]))


def test_who_wrote_a_post_is_not_in_the_index(community, settle):
    author = community.threads["public thread"].author
    type(author).objects.filter(pk=author.pk).update(display_name="Quetzalcoatl Unnamed", handle="quetzalcoatl")
    made_up.announce(Thread, community.threads["public thread"])
    settle()
    assert find(Query(text="Quetzalcoatl"), community.people["moderator"]).total == 0


def test_what_came_out_of_the_index_but_not_through_the_rows_is_not_shown(community, monkeypatch):
    """The database has the last word even when containers are wrong."""
    everything = frozenset({"public", "people", *(space.container for space in community.spaces.values())})
    monkeypatch.setattr("search.finding.readable_containers", lambda user: everything)
    assert titles(find(QUERY, AnonymousUser())) == EXPECTED["visitor"]


def test_what_was_hidden_behind_the_index_is_not_shown_to_moderators_either(community):
    reply = Post.objects.get(source__contains="in a reply")
    Thread.objects.filter(pk__in=[community.threads["public thread"].pk, reply.thread_id]).update(
        hidden_at=timezone.now()
    )
    found = titles(find(QUERY, community.people["moderator"]))
    assert found == EXPECTED["moderator"] - {"public thread", "public reply"}
