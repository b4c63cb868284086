"""Each place's help page, linked from every footer."""

import pytest

from tests import factories
from tests.conftest import signed_in
from vocabulary.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(db):
    return factories.make_place(
        name="Westford",
        slug="westford",
        is_partnership=True,
        child_contacts="01632 960 001",
        child_contacts_night="01632 960 002",
        safeguarding_lead="Lena Lead",
        designated_officer="LADO: 01632 960 003",
    )


def test_every_footer_leads_there(client, as_member):
    for address in ("/help/", "/account/login/", "/nothing/"):
        assert '<a href="/help/">Help and safety</a>' in client.get(address).content.decode()
    assert 'href="/help/"' in as_member.get("/me/").content.decode()


def test_a_place_says_who_to_tell_by_day_and_by_night(client, council):
    assert "Westford" in client.get("/help/").content.decode()
    page = client.get("/help/westford/").content.decode()
    for words in ("Call 999.", "01632 960 001", "01632 960 002", "Lena Lead", "LADO: 01632 960 003"):
        assert words in page
    assert "not watched round the clock" in page


def test_a_place_of_which_nobody_said_anything_leads_to_gov_uk(client):
    factories.make_place(name="Eastford", slug="eastford", is_partnership=True)
    page = client.get("/help/eastford/").content.decode()
    assert "https://www.gov.uk/report-child-abuse-to-local-council" in page
    assert "https://www.gov.uk/find-local-council" in page and "Nobody is named here yet" in page


def test_a_ward_shows_what_its_council_says_and_a_member_finds_their_own_first(client, council):
    ward = Place.objects.get(pk=council.pk).add_child(name="Mill Ward", slug="mill-ward", kind=Place.Kind.WARD)
    page = client.get("/help/mill-ward/").content.decode()
    assert "Mill Ward lies in Westford." in page and "Lena Lead" in page
    mine = signed_in(factories.make_user(place=ward)).get("/help/").content.decode()
    assert "Whom to tell in Westford" in mine


def test_editors_find_where_to_change_it(as_editor, as_member, council):
    edit = f"/cms/snippets/vocabulary/place/edit/{council.pk}/"
    assert edit in as_editor.get("/help/westford/").content.decode()
    assert edit not in as_member.get("/help/westford/").content.decode()
    assert "designated_officer" in as_editor.get(edit).content.decode()


def test_the_wrong_address_and_the_wrong_verb(client, council):
    assert client.get("/help/nowhere/").status_code == 404
    assert client.post("/help/westford/").status_code == 405


def test_queries_do_not_depend_on_how_many_places_there_are(client, django_assert_max_num_queries):
    for _ in range(9):
        factories.make_place(is_partnership=True)
    client.get("/help/")
    with django_assert_max_num_queries(3):
        client.get("/help/")
