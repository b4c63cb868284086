"""The people of the demo can do what they are there to show."""

import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from config.demo import browsing, people, resources, searching
from config.demo.leaving import take_away
from knowledge.actions.topics import compose
from knowledge.models import TopicIndexPage
from outbox.actions import drain
from search.models import Entry, SavedSearch
from search.report import report
from tests import factories
from tests.conftest import signed_in
from vocabulary.models import Place

pytestmark = pytest.mark.django_db


def test_the_administrator_gets_into_the_admin_and_nobody_else(monkeypatch, tmp_path):
    monkeypatch.setattr(people, "LOGINS_FILE", tmp_path / "logins.json")
    call_command("load_vocabulary", verbosity=0)
    people.load_places()
    found = people.load(timezone.now())
    statuses = {what: signed_in(found[key]).get("/admin/").status_code for what, (key, _) in people.SHOWN.items()}
    assert statuses.pop("administrator") == 200
    assert set(statuses.values()) == {302}


def test_who_is_taken_away_is_found_no_more(monkeypatch, tmp_path):
    monkeypatch.setattr(people, "LOGINS_FILE", tmp_path / "logins.json")
    call_command("load_vocabulary", verbosity=0)
    people.load_places()
    people.load(timezone.now())
    call_command("reindex", "person", verbosity=0)
    listed = Entry.objects.filter(kind="person")
    assert listed.count() > 20
    people.remove()
    drain()
    assert not listed.exists() and not people.LOGINS_FILE.exists()


def test_each_place_has_contacts_that_are_clearly_invented():
    call_command("load_vocabulary", verbosity=0)
    people.load_places()
    contacts = list(Place.objects.filter(is_partnership=True).values_list("child_contacts", flat=True))
    assert len(contacts) == 5 and all("Invented for this demonstration" in text for text in contacts)
    # Ofcom keeps these ranges for drama: nobody's telephone rings.
    numbers = [number for text in contacts for number in re.findall(r"\d{3,5} \d{3,4} \d{3,4}", text)]
    assert len(numbers) == 10
    assert all(number.startswith(("01632 960 ", "020 7946 0", "0115 496 0")) for number in numbers)
    Place.objects.filter(child_contacts=contacts[0]).update(child_contacts="Our own: 999")
    people.load_places()
    assert Place.objects.filter(child_contacts="Our own: 999").exists()
    people.remove()
    assert list(Place.objects.exclude(child_contacts="").values_list("child_contacts", flat=True)) == ["Our own: 999"]


def test_pages_that_are_taken_away_leave_nothing_in_the_log_of_the_cms():
    library, kept = factories.library_page(), factories.make_resource()
    gone = [factories.make_resource(is_demo=True), compose(topic=factories.make_topic(slug="sleep"), editor=None)]
    for page in (kept, *gone):
        page.save_revision().publish()
    indexes = list(TopicIndexPage.objects.values_list("pk", flat=True))
    assert PageLogEntry.objects.filter(page_id__in=[page.pk for page in gone]).count() >= 2
    resources.remove()
    take_away(gone[1])
    browsing.remove()
    assert not Page.objects.filter(pk__in=[*indexes, *[page.pk for page in gone]]).exists()
    assert set(PageLogEntry.objects.values_list("page_id", flat=True)) <= {kept.pk, library.pk, library.get_parent().pk}
    assert Page.objects.filter(pk=kept.pk).exists() and PageLogEntry.objects.filter(page_id=kept.pk).exists()


def test_the_editors_see_what_was_searched_for_and_one_member_has_saved_a_search(monkeypatch, tmp_path):
    monkeypatch.setattr(people, "LOGINS_FILE", tmp_path / "logins.json")
    call_command("load_vocabulary", verbosity=0)
    people.load_places()
    members, now = people.load(timezone.now()), timezone.now()
    for _ in range(2):
        assert len(list(searching.load(members, now))) == searching.count()
        found = report(30)
        assert found.frequent[0].text == "safer sleep"
        assert found.frequent[0].searches == 9 * searching.WEEKS
        assert {each.text for each in found.without_results} == {"scabies", "torticollis", "ringworm"}
        assert {each.text for each in found.without_clicks} == {"healthy start card", "grandparents"}
        assert SavedSearch.objects.count() == 1
    searching.remove()
    assert report(365).frequent == []
