"""What stands in a resource's own columns and rows is found; words that may be withdrawn never are."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from knowledge.evidence_map import outcome_slug, rating_slug
from knowledge.models import Evidence, LivedExperience, PracticeNote, ResourcePage, Step
from search import saved
from tests import factories
from tests.search.community import announce, restrict

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_a_resource_is_found_by_all_its_parts_but_lived_experience(client):
    page = factories.make_resource(
        title="Milk", kind="toolkit", bottom_line="The quagga line.", transcript="A heron speaks.", lessons="An ibis."
    )
    page.steps = [Step(title="Call the kingfisher")]
    page.practice_notes = [PracticeNote(sector=factories.make_sector(), text="Ask a bittern.")]
    page.save()
    LivedExperience.objects.create(page=page, aim="A zebu helped.", method="b", result="c", approved_at=timezone.now())
    announce(ResourcePage, page)
    for word, is_found in (
        ("quagga", True), ("heron", True), ("ibis", True), ("kingfisher", True), ("bittern", True), ("zebu", False),
    ):  # fmt: skip
        text = client.get("/library/", {"q": word, "exact": "1"}).content.decode()
        assert (f'href="{page.url}"' in text) == is_found, word


@pytest.mark.parametrize("address", ["/search/", "/library/"])
@pytest.mark.parametrize("is_closed", [True, False])
def test_what_a_resource_that_a_reader_may_not_see_is_rated_comes_back_from_no_address(
    client, member, address, is_closed
):
    page = factories.make_resource(title="heron", live=is_closed)
    if is_closed:
        restrict(page, "groups")
    rating = Evidence.objects.create(page=page, scheme="other", value="The Quagga’s view", outcome="Life in a pond")
    announce(ResourcePage, page)
    chosen = {
        "strength": rating_slug(rating.scheme, rating.value),
        "outcome": outcome_slug(rating.scheme, rating.value, rating.outcome),
    }
    for facet, slug in chosen.items():
        query = saved.query_of(f"{facet}={slug}")
        for user in (AnonymousUser(), member):
            assert saved.name_for(query, user) == slug
        guessed, wrong = (client.get(address, {facet: value}) for value in (slug, f"{slug}x"))
        assert [each.context["results"].total for each in (guessed, wrong)] == [0, 0]
        assert guessed.content.decode() == wrong.content.decode().replace(f"{slug}x", slug)
        assert "Quagga" not in guessed.content.decode()


def test_a_rating_that_was_chosen_has_its_name_where_nothing_else_has_it(client):
    page = factories.make_resource(title="heron")
    Evidence.objects.create(page=page, scheme="eif", value="2", measure="cost")
    announce(ResourcePage, page)
    text = client.get("/search/", {"q": "quagga", "cost": "eif-2", "exact": "1"}).content.decode()
    assert "2 (Early Intervention Foundation)" in text
