"""Who sees a list, and what of it."""

import re

import pytest

from knowledge.actions import lists as actions
from tests import factories
from tests.conftest import signed_in, text_of
from tests.knowledge.lists.making import make_list, titles

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
@pytest.mark.parametrize("visibility", ["private", "link", "public"])
def test_who_sees_a_list(client, member, as_member, moderator, editor, visibility):
    made = make_list(member, visibility=visibility, title="For my team")
    seen = 200 if visibility == "public" else 404
    address = made.get_absolute_url()
    assert as_member.get(address).status_code == 200
    for reader in (client, signed_in(factories.make_user()), signed_in(moderator), signed_in(editor)):
        assert reader.get(address).status_code == seen
        assert ("For my team" in text_of(reader, "/collections/?by=members")) == (seen == 200)
        assert reader.get(made.shared_url).status_code == (200 if visibility == "link" else 404)


def test_a_collection_is_for_editors_until_it_is_public(client, editor, as_editor, moderator):
    made = make_list(editor, title="Begin here", visibility="private", is_collection=True)
    assert made.owner is None
    other = signed_in(factories.make_user("editor"))
    assert other.get(made.get_absolute_url()).status_code == 200
    assert "Begin here" in text_of(other, "/collections/")
    for reader in (client, signed_in(moderator)):
        assert reader.get(made.get_absolute_url()).status_code == 404
        assert "Begin here" not in text_of(reader, "/collections/")
    data = {"title": "Begin here", "visibility": "public"}
    assert other.post(f"/lists/{made.pk}/change/", data).status_code == 302
    assert "Begin here" in text_of(client, "/collections/")


def test_what_a_reader_may_not_see_is_left_out_of_a_list_and_of_its_number(client, member, as_member):
    hidden = factories.make_resource(title="Only for us")
    made = make_list(member, factories.make_resource(title="For all"), hidden, notes={hidden.pk: "Quite private."})
    factories.for_members_only(hidden)
    text = text_of(client, made.get_absolute_url())
    assert titles(text) == ["For all"]
    assert "Only for us" not in text and "Quite private." not in text
    assert "1 resource<" in text and "1 resource<" in text_of(client, "/collections/?by=members")
    assert titles(text_of(as_member, made.get_absolute_url())) == ["For all", "Only for us"]
    for form in ("ris", "csv"):
        assert "Only for us" not in client.get(f"/lists/{made.pk}/export/{form}/").getvalue().decode()


def test_what_left_the_library_can_be_taken_out_by_whoever_keeps_the_list(client, member, as_member, page):
    made = make_list(member, page)
    page.unpublish()
    assert "Brushing twice" not in text_of(client, made.get_absolute_url())
    text = text_of(as_member, made.get_absolute_url())
    assert "not in the library any more" in text and "Brushing twice" not in text
    as_member.post(f"/lists/item/{made.items.get().pk}/take-out/")
    assert not made.items.exists()


def test_an_empty_list_says_what_to_do(client, member, as_member):
    made = make_list(member)
    assert "Nothing in it yet." in text_of(as_member, made.get_absolute_url())
    assert "nothing in this list that you can read" in text_of(client, made.get_absolute_url())
    assert "No lists yet" in text_of(signed_in(factories.make_user()), "/me/lists/")
    assert "have not put a collection together" in text_of(client, "/collections/")


def test_a_list_that_is_not_public_is_kept_from_search_engines(client, member):
    answer = client.get(make_list(member, visibility="link").shared_url)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "noindex" not in client.get(make_list(member).get_absolute_url()).headers.get("X-Robots-Tag", "")


def test_lists_cost_the_same_whatever_they_hold(client, member, as_member, editor, django_assert_max_num_queries):
    def cost(number):
        pages = [factories.make_resource(kind="programme") for _ in range(number)]
        made = [make_list(member, *pages) for _ in range(number)]
        for _ in range(number):
            make_list(editor, *pages, is_collection=True)
            actions.follow(reading_list=make_list(factories.make_user(), *pages), person=member, wanted=True)
        urls = [made[0].get_absolute_url(), "/collections/", "/collections/?by=members"]
        counts = []
        for reader, url in [*((client, url) for url in urls), *((as_member, url) for url in [*urls, "/me/lists/"])]:
            text_of(reader, url)
            with django_assert_max_num_queries(16) as counted:
                text_of(reader, url)
            counts.append(len(counted))
        with django_assert_max_num_queries(16) as counted:
            b"".join(client.get(f"/lists/{made[0].pk}/export/ris/").streaming_content)
        return [*counts, len(counted)]

    assert cost(1) == cost(4)


def test_collections_are_read_page_by_page(client, editor):
    for number in range(25):
        make_list(editor, is_collection=True, title=f"Collection {number}")
    first = text_of(client, "/collections/")
    assert "Collection 24" in first and "Collection 3<" not in first
    older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', first)[1]
    assert "Collection 3<" in text_of(client, f"/collections/{older}")
