"""A list is put in order, renamed, shared and deleted, by whoever keeps it and by nobody else."""

import pytest
from django.db import IntegrityError, transaction

from knowledge.models import ReadingList
from tests import factories
from tests.conftest import signed_in, text_of
from tests.knowledge.lists.making import make_list, titles

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
def test_resources_move_up_and_down_without_script(as_member, member):
    pages = [factories.make_resource(title=title) for title in "ABC"]
    made = make_list(member, *pages)
    item = made.items.get(page=pages[2])

    def move(way):
        answer = as_member.post(f"/lists/item/{item.pk}/move/", {"way": way})
        assert answer.url == f"/lists/{made.pk}/#item-{item.pk}"
        return titles(text_of(as_member, made.get_absolute_url()))

    assert move("up") == ["A", "C", "B"]
    assert move("up") == ["C", "A", "B"]
    assert move("up") == ["C", "A", "B"]
    assert move("down") == ["A", "C", "B"]
    assert as_member.post(f"/lists/item/{item.pk}/move/", {"way": "left"}).status_code == 404


def test_a_note_is_changed(as_member, member, page):
    made = make_list(member, page, notes={page.pk: "Old."})
    address = f"/lists/item/{made.items.get().pk}/note/"
    assert "Old." in text_of(as_member, address)
    as_member.post(address, {"note": "New words."})
    assert "New words." in text_of(as_member, made.get_absolute_url())


def test_a_link_is_renewed(client, as_member, member):
    made = make_list(member, visibility="link")
    follower = factories.make_user()
    signed_in(follower).post("/lists/follow/", {"token": made.token, "wanted": "yes"})
    assert signed_in(follower).get(made.get_absolute_url()).status_code == 200
    assert made.shared_url in text_of(as_member, made.get_absolute_url())
    assert "stops working" in text_of(as_member, f"/lists/{made.pk}/new-link/")
    as_member.post(f"/lists/{made.pk}/new-link/")
    assert client.get(made.shared_url).status_code == 404
    assert signed_in(follower).get(made.get_absolute_url()).status_code == 404
    made.refresh_from_db()
    assert client.get(made.shared_url).status_code == 200


def test_a_list_made_private_and_shared_again_has_another_link(as_member, member, client):
    made = make_list(member, visibility="link")
    for visibility in ("private", "link"):
        as_member.post(f"/lists/{made.pk}/change/", {"title": "x", "visibility": visibility})
    assert client.get(made.shared_url).status_code == 404


def test_a_list_is_deleted_after_a_question(as_member, member):
    made = make_list(member)
    assert "Delete this list?" in text_of(as_member, f"/lists/{made.pk}/delete/")
    assert ReadingList.objects.exists()
    as_member.post(f"/lists/{made.pk}/delete/")
    assert not ReadingList.objects.exists()


def test_only_editors_make_collections(as_member, as_editor):
    data = {"title": "Begin here", "visibility": "public"}
    assert as_member.get("/lists/new/?collection=1").status_code == 403
    assert as_member.post("/lists/new/?collection=1", data).status_code == 403
    as_editor.post("/lists/new/?collection=1", data)
    made = ReadingList.objects.get()
    assert made.is_collection and made.owner is None
    answer = as_editor.post("/lists/new/?collection=1", {"title": "x", "visibility": "link"})
    assert answer.status_code == 200


def test_every_way_to_change_a_list_is_closed_to_others(client, member, page, forged, as_moderator):
    public, private = make_list(member, page), make_list(member, page, visibility="private")
    stranger = signed_in(factories.make_user())
    for made, refused in ((public, 403), (private, 404)):
        item = made.items.get().pk
        ways = [
            (f"/lists/{made.pk}/change/", {"title": "Mine", "visibility": "private"}),
            (f"/lists/{made.pk}/delete/", {}),
            (f"/lists/{made.pk}/new-link/", {}),
            (f"/lists/item/{item}/move/", {"way": "up"}),
            (f"/lists/item/{item}/note/", {"note": "Mine"}),
            (f"/lists/item/{item}/take-out/", {}),
        ]
        for url, data in ways:
            assert stranger.post(url, data).status_code == refused, url
            assert as_moderator.post(url, data).status_code == refused, url
            assert client.post(url, data).url.startswith("/account/login/"), url
            assert forged(member).post(url, data).status_code == 403, url
        made.refresh_from_db()
        assert made.title == "For my team" and made.items.get().note == ""


@pytest.mark.parametrize(
    "url", ["/lists/9999/change/", "/lists/9999/delete/", "/lists/9999/new-link/", "/lists/item/9999/note/"]
)
def test_what_is_not_there_cannot_be_changed(as_member, url):
    assert as_member.post(url).status_code == 404
    assert as_member.put(url).status_code == 405


@pytest.mark.parametrize("url", ["/lists/item/1/move/", "/lists/item/1/take-out/", "/lists/follow/"])
def test_no_get_changes_anything(as_member, url):
    assert as_member.get(url).status_code == 405


def test_a_list_has_one_keeper(member):
    for fields in ({"is_collection": True, "owner": member}, {"is_collection": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadingList.objects.create(title="x", **fields)
