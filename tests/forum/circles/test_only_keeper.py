"""What a circle's only keeper reads before and after they stop: it is not left without one by surprise."""

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return factories.make_space(slug="small", visibility="invited", is_reflective=True)


@pytest.fixture
def mine(small, member):
    return factories.join(small, member, is_keeper=True)


def press(member, membership, verdict: str):
    url = reverse("forum:decide", args=["small", membership.pk])
    return signed_in(member).post(url, {"verdict": verdict, "was": "joined"}, follow=True)


def test_who_keeps_it_now_is_said(small, member, mine):
    nora = factories.join(small, factories.make_user(display_name="Nora Next"))
    factories.join(small, factories.make_user())
    assert "Nora Next keeps this space now" in press(member, mine, "not-keeper").content.decode()
    mine.refresh_from_db()
    nora.refresh_from_db()
    assert (mine.is_keeper, nora.is_keeper) == (False, True)


def test_with_nobody_else_there_they_go_on(member, mine):
    assert "Nobody else is here to keep this space." in press(member, mine, "not-keeper").content.decode()
    mine.refresh_from_db()
    assert mine.is_keeper


def test_of_two_keepers_one_may_stop_without_a_word(small, member, mine):
    factories.join(small, factories.make_user(), is_keeper=True)
    assert "keeps this space now" not in press(member, mine, "not-keeper").content.decode()
    mine.refresh_from_db()
    assert not mine.is_keeper


def test_beside_oneself_it_is_leaving_and_asks_first(small, member, mine):
    people = signed_in(member).get(reverse("forum:people", args=["small"])).content.decode()
    assert "Leave this space" in people and "Take out" not in people
    alone = press(member, mine, "turn-down")
    assert alone.redirect_chain[-1][0] == reverse("forum:leave", args=["small"])
    assert "Nobody keeps it then" in alone.content.decode()
    factories.join(small, factories.make_user(display_name="Nora Next"))
    assert "Nora Next does then" in press(member, mine, "turn-down").content.decode()
    mine.refresh_from_db()
    assert mine.state == "joined"
