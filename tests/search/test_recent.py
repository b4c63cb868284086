"""Recent searches: off until somebody wants them, theirs alone, gone when they sign out."""

import pytest
from django.urls import reverse

from search import recent
from search.models import RecentSearch, RemembersSearches
from search.personal import looks_personal
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
KEEP, FORGET = "/me/searches/recent/", "/me/searches/recent/forget/"
ADD = "/me/searches/recent/add/"


def texts(person):
    return [each.text for each in recent.searches_of(person)]


@pytest.fixture
def keeper(member):
    recent.choose(person=member, keep=True)
    return member


def test_nothing_is_remembered_until_somebody_wants_it(member):
    recent.remember(person=member, text="toddler sleep")
    assert texts(member) == []
    assert not RecentSearch.objects.exists()


def test_the_last_ten_are_remembered_once_each(keeper):
    for number in range(12):
        recent.remember(person=keeper, text=f"search {number}")
    recent.remember(person=keeper, text="search 5")
    assert texts(keeper) == ["search 5", *(f"search {n}" for n in (11, 10, 9, 8, 7, 6, 4, 3, 2))]
    assert RecentSearch.objects.count() == 10


def test_a_letter_that_was_pasted_is_not_remembered(keeper):
    recent.remember(person=keeper, text="sleep " * 60)
    assert not recent.searches_of(keeper)


def test_nobody_else_has_them(keeper):
    recent.remember(person=keeper, text="refuge")
    other = factories.make_user()
    recent.choose(person=other, keep=True)
    assert texts(other) == []


@pytest.mark.parametrize(
    "text",
    ["943 476 5919", "call 07700 900123", "asha@example.org", "born 03/04/2021", "LS1 4AP", "AB 12 34 56 C", "by:asha"],
)
def test_what_points_to_one_person_is_not_remembered(keeper, text):
    assert looks_personal(text)
    recent.remember(person=keeper, text=text)
    assert texts(keeper) == []


@pytest.mark.parametrize("text", ["0-19 service", "2 year check", "sleep 2024", "KS1", "15 hours childcare", "a@"])
def test_numbers_of_the_field_are_no_persons(text):
    assert not looks_personal(text)


def test_turning_it_off_forgets_at_once(keeper):
    client = signed_in(keeper)
    recent.remember(person=keeper, text="refuge")
    assert client.post(KEEP, {"keep": "no"}).status_code == 302
    assert not RecentSearch.objects.exists() and not RemembersSearches.objects.exists()


def test_turning_it_on(as_member, member):
    assert "Remember my searches" in as_member.get("/me/searches/").content.decode()
    as_member.post(KEEP, {"keep": "yes"})
    assert recent.are_kept_for(member)
    assert "Stop remembering my searches" in as_member.get("/me/searches/").content.decode()


def test_signing_out_forgets(keeper, client):
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    recent.remember(person=keeper, text="refuge")
    client.post(reverse("account_logout"))
    assert not RecentSearch.objects.exists()
    assert recent.are_kept_for(keeper)


def test_signing_in_forgets_what_a_session_left_that_ran_out(keeper, client):
    recent.remember(person=keeper, text="refuge")
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    assert not RecentSearch.objects.exists()


def test_one_or_all_are_forgotten(keeper):
    client = signed_in(keeper)
    for text in ("one", "two", "three"):
        recent.remember(person=keeper, text=text)
    two = RecentSearch.objects.get(text="two")
    assert client.post(FORGET, {"search": two.pk}).status_code == 302
    assert texts(keeper) == ["three", "one"]
    assert client.post(FORGET).status_code == 302
    assert texts(keeper) == []


def test_nobody_forgets_for_others(keeper, as_moderator):
    recent.remember(person=keeper, text="one")
    row = RecentSearch.objects.get()
    assert as_moderator.post(FORGET, {"search": row.pk}).status_code == 404
    as_moderator.post(FORGET)
    assert texts(keeper) == ["one"]


@pytest.mark.parametrize("address", [KEEP, FORGET, f"{ADD}?q=refuge"])
def test_who_may_and_how(address, client, forged, member, as_member):
    member.groups.clear()
    assert client.post(address, {"keep": "yes"}).status_code == 302
    assert forged(member).post(address, {"keep": "yes"}).status_code == 403
    assert as_member.get(address).status_code == 405
    assert as_member.post(address, {"keep": "yes"}).status_code == 403
    assert not RemembersSearches.objects.exists()


def test_where_no_script_runs_a_button_remembers(keeper):
    """Nothing but a POST that its reader sent is noted."""
    client = signed_in(keeper)
    page = client.get("/search/?q=toddler+sleep&sort=newest").content.decode()
    button = page[page.index("<noscript><form") :]
    assert button.startswith(f'<noscript><form method="post" action="{ADD}?q=toddler+sleep&amp;sort=newest">')
    assert texts(keeper) == []
    response = client.post(f"{ADD}?q=toddler+sleep&sort=newest", follow=True)
    assert response.redirect_chain == [("/me/searches/#recent", 302)]
    assert "We have remembered this search" in response.content.decode()
    assert texts(keeper) == ["toddler sleep"]


def test_a_button_remembers_nothing_for_who_did_not_choose_it(as_member, member):
    response = as_member.post(f"{ADD}?q=refuge", follow=True)
    assert "We remember no searches until you choose that here." in response.content.decode()
    assert not RecentSearch.objects.exists()


@pytest.mark.parametrize("words", ["943+476+5919", "sleep+" * 60])
def test_a_button_says_what_is_not_remembered(keeper, words):
    response = signed_in(keeper).post(f"{ADD}?q={words}", follow=True)
    assert "We remember no search that may point to one person" in response.content.decode()
    assert texts(keeper) == []


def test_a_search_of_no_words_is_not_remembered(keeper):
    assert signed_in(keeper).post(f"{ADD}?topic=sleep").status_code == 404


def test_a_visitor_is_offered_no_memory(client):
    assert "<noscript><form" not in client.get("/search/?q=sleep").content.decode()


@pytest.mark.parametrize(
    "data", [{"search": "x"}, {"search": "9" * 30}, {"search": "-1"}, {"search": ""}, {"search": "0"}]
)
def test_a_bad_number_is_not_found(keeper, data):
    assert signed_in(keeper).post(FORGET, data).status_code == 404


@pytest.mark.parametrize("keep", ["", "maybe"])
def test_a_choice_that_there_is_not(as_member, keep):
    assert as_member.post(KEEP, {"keep": keep}).status_code == 404


def test_the_box_offers_them_before_anything_is_typed(keeper, client):
    signed = signed_in(keeper)
    assert signed.get("/search/complete/?q=").json()["groups"] == []
    recent.remember(person=keeper, text="toddler sleep")
    groups = signed.get("/search/complete/?q=").json()["groups"]
    assert groups[0]["items"] == [{"text": "toddler sleep", "url": "/search/?q=toddler+sleep"}]
    assert groups[1]["items"][0]["url"] == "/me/searches/#recent"
    assert client.get("/search/complete/?q=").json()["groups"] == []
