"""What stands in a resource's own columns and rows is found; words that may be withdrawn never are."""

import pytest
from django.utils import timezone

from knowledge.models import LivedExperience, PracticeNote, ResourcePage, Step
from tests import factories
from tests.search.community import announce

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
