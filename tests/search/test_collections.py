"""Collections can be found while everybody may see them; members' lists are not looked for by strangers."""

import pytest

from knowledge.actions import lists
from search.models import Entry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ADDRESSES = (
    "/search/?q=quagga",
    "/search/?q=quagga&kind=collection",
    "/search/complete/?q=quag",
    "/search/results.csv?q=quagga",
)


def make(editor, **fields):
    fields = {"title": "Quagga lessons", "note": "Begin here.", "visibility": "public", "is_collection": True, **fields}
    return lists.make_list(keeper=editor, **fields)


def is_found(client, made, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return made.get_absolute_url() in answer.getvalue().decode()


@pytest.mark.parametrize("reader", ["client", "as_member", "as_moderator"])
@pytest.mark.parametrize("address", [*ADDRESSES, "/search/?q=quagga+in:collections"])
def test_a_collection_is_found(request, editor, reader, address):
    assert is_found(request.getfixturevalue(reader), make(editor), address)


def test_its_words_are_found_and_those_of_what_is_in_it_are_not(client, editor):
    made = make(editor, note="For the first visit.")
    lists.save_to(reading_list=made, page=factories.make_resource(title="Xylophone"), actor=editor, note="Okapi")
    assert is_found(client, made, "/search/?q=first+visit")
    for word in ("xylophone", "okapi"):
        assert not is_found(client, made, f"/search/?q={word}")


def test_who_takes_it_back_takes_it_out(client, as_editor, editor, moderator):
    made = make(editor)
    words = {"title": made.title, "note": made.note}
    changes = (
        (lambda: lists.change_list(reading_list=made, **words, visibility="private"), False),
        (lambda: lists.change_list(reading_list=made, **words, visibility="public"), True),
        (lambda: lists.hide(reading_list=made), False),
        (lambda: lists.restore(reading_list=made), True),
        (lambda: lists.delete_list(reading_list=made), False),
    )
    for change, seen in changes:
        change()
        assert [is_found(client, made, address) for address in ADDRESSES] == [seen] * len(ADDRESSES)
        assert [is_found(as_editor, made, address) for address in ADDRESSES] == [seen] * len(ADDRESSES)
    assert not Entry.objects.filter(kind="collection").exists()


@pytest.mark.parametrize("fields", [{"visibility": "private"}, {"is_collection": False}])
def test_what_is_not_for_everybody_or_not_the_sites_is_not_found(client, as_editor, editor, fields):
    made = make(editor, **fields)
    for reader in (client, as_editor):
        assert not any(is_found(reader, made, address) for address in ADDRESSES)
