"""A resource is saved to a list."""

import pytest

from knowledge.actions import lists as actions
from knowledge.models import ReadingList
from tests import factories
from tests.conftest import text_of
from tests.knowledge.lists.making import make_list

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
def test_a_resource_is_saved_to_a_list_made_on_the_spot(as_member, member, page):
    address = f"/lists/save/?page={page.pk}"
    assert "Name of the new list" in text_of(as_member, address)
    answer = as_member.post(address, {"title": "For Monday", "note": "Read page two."})
    assert answer.url == page.url
    made = ReadingList.objects.get()
    assert (made.title, made.owner, made.visibility) == ("For Monday", member, "private")
    assert made.items.get().note == "Read page two."


def test_a_resource_is_saved_to_a_list_that_is_there(as_member, member, page):
    first, second = make_list(member, title="First"), make_list(member, title="Second")
    assert "A new list" in text_of(as_member, f"/lists/save/?page={page.pk}")
    as_member.post(f"/lists/save/?page={page.pk}", {"list": first.pk})
    assert first.items.filter(page=page).exists()
    assert not second.items.exists()
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": first.pk, "note": "Again."}, follow=True)
    assert "It is in “First” already." in answer.content.decode()
    assert first.items.get().note == "Again."


def test_a_new_list_needs_a_name(as_member, member, page):
    make_list(member)
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": "new"})
    assert "Give the new list a name" in answer.content.decode()


@pytest.mark.parametrize("number", ["", "0", "x", "٣", "9" * 30])
def test_what_is_no_resource_cannot_be_saved(as_member, number):
    assert as_member.get("/lists/save/", {"page": number}).status_code == 404


def test_nobody_saves_what_they_may_not_see(as_member, page):
    page.unpublish()
    assert as_member.get(f"/lists/save/?page={page.pk}").status_code == 404
    assert as_member.post(f"/lists/save/?page={page.pk}", {"title": "Mine"}).status_code == 404


def test_nobody_saves_to_the_list_of_another(as_member, page):
    other = make_list(factories.make_user())
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": other.pk, "title": "x"})
    assert not other.items.exists()
    # A member without lists of their own gets a new one, whatever else the form said.
    assert answer.status_code == 302


def test_visitors_sign_in_to_save(client, page):
    assert client.get(f"/lists/save/?page={page.pk}").url.startswith("/account/login/")


def test_a_list_holds_so_many_and_a_person_keeps_so_many(as_member, member, page, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ITEMS", 1)
    monkeypatch.setattr(actions, "MOST_LISTS", 1)
    full = make_list(member, factories.make_resource())
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": full.pk})
    assert "This list is full" in answer.content.decode()
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": "new", "title": "One more"})
    assert "You have 50 lists already" in answer.content.decode()
    answer = as_member.post("/lists/new/", {"title": "One more", "visibility": "private"})
    assert "Delete one first" in answer.content.decode()
