"""A profile is reported and hidden like a post: gone from every surface, and put back as it was."""

import pytest
from django.urls import reverse

from accounts.actions import delete_account, hide_profile, restore_profile, update_profile
from accounts.models import User
from accounts.privacy import everything_about
from files.actions import store_image
from files.models import SiteImage
from moderation import actions, registry
from moderation.actions import Seen
from moderation.people import register_profiles
from tests import factories
from tests.accounts.test_profiles import picture

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def profiles():
    """The folder's tests have a registry of their own."""
    register_profiles()


@pytest.fixture
def person():
    person = factories.make_user(display_name="Robin Reed", is_listed=True)
    update_profile(person=person, changes={"job_title": "Plumber of souls", "about_source": "Ring me, marmalade!"})
    return person


def test_members_report_a_profile_from_its_page(as_member, member, person):
    url = reverse("moderation:report", args=["profile", person.pk])
    assert url in as_member.get(person.get_absolute_url()).content.decode()
    assert "Ring me, marmalade!" in as_member.get(url).content.decode()
    answer = as_member.post(url, {"reason": "identifies", "details": ""})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.hidden_profile and person.about_html == ""


def test_ones_own_profile_has_no_report_link(as_member, member):
    assert "/report/profile/" not in as_member.get(member.get_absolute_url()).content.decode()
    assert as_member.get(reverse("moderation:report", args=["profile", member.pk])).status_code == 403


def test_visitors_cannot_ask_about_profiles(client, person):
    assert client.get(reverse("moderation:report", args=["profile", person.pk])).status_code in (302, 404)


def test_hidden_on_the_page_and_in_search_and_back_as_it_was(as_member, moderator, person):
    assert "Robin Reed" in as_member.get("/search/?q=marmalade").content.decode()
    actions.hide(subject=person, actor=moderator, reason="No.", seen=Seen())
    html = as_member.get(person.get_absolute_url()).content.decode()
    assert "marmalade" not in html and "Plumber" not in html
    assert "A moderator has hidden what stood here." in html
    assert "Robin Reed" not in as_member.get("/search/?q=marmalade").content.decode()
    summary = registry.summary_of(User.objects.get(pk=person.pk))
    assert "marmalade" in summary.text
    restore_profile(person=person)
    html = as_member.get(person.get_absolute_url()).content.decode()
    assert "marmalade" in html and "Plumber of souls" in html


def test_the_copy_of_ones_data_holds_what_was_hidden(person):
    hide_profile(person=person)
    person.refresh_from_db()
    held = everything_about(person)["account"]
    assert held["about_source"] == ""
    assert "marmalade" in held["hidden_by_moderators"]["about_source"]


def test_what_was_written_anew_since_stays(person):
    hide_profile(person=person)
    hide_profile(person=person)
    person.refresh_from_db()
    update_profile(person=person, changes={"about_source": "I fix sinks."})
    restore_profile(person=person)
    restore_profile(person=person)
    person.refresh_from_db()
    assert (person.about_source, person.job_title, person.hidden_profile) == ("I fix sinks.", "Plumber of souls", None)


def test_a_hidden_photo_goes_with_its_account(person):
    photo = store_image(uploader=person, upload=picture(), title="Me")
    User.objects.filter(pk=person.pk).update(photo=photo)
    person.refresh_from_db()
    hide_profile(person=person)
    delete_account(person=person)
    assert not SiteImage.objects.filter(pk=photo.pk).exists()


def test_a_photo_that_was_deleted_meanwhile_does_not_come_back(person):
    hide_profile(person=person)
    User.objects.filter(pk=person.pk).update(hidden_profile={"photo_id": 10**9, "job_title": "", "about_source": ""})
    restore_profile(person=person)
    person.refresh_from_db()
    assert person.photo_id is None
