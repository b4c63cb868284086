"""What one says about oneself is looked through by the same rules as a post."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.actions import delete_account, update_profile
from accounts.holding import forget_changes
from accounts.models import ProfileChange, User
from accounts.privacy import everything_about
from moderation import watching
from moderation.models import Report, Rules
from moderation.people import register_profiles
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def profiles():
    """The folder's tests have a registry of their own."""
    register_profiles()


def save(client, member, **fields):
    form = {"display_name": member.display_name, "role": "volunteer", "time_zone": "Europe/London", **fields}
    return client.post("/me/profile/", form)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("about_source", "I visit Jayden Smith, aged 3, each week."),
        ("about_source", "NHS number 943 476 5919"),
        ("job_title", "Aunt of Jayden Smith, aged 3"),
    ],
)
def test_what_may_tell_who_a_child_is_has_to_go(as_member, member, field, text):
    page = save(as_member, member, **{field: text})
    assert page.status_code == 200 and "Why it has to stay" in page.content.decode()
    assert getattr(User.objects.get(pk=member.pk), field) == ""


def test_ones_own_number_and_address_are_ones_own(as_member, member):
    assert save(as_member, member, about_source="Ring me: 01632 960 001, me@example.org").status_code == 302


def test_what_stood_there_before_is_no_obstacle(as_member, member):
    User.objects.filter(pk=member.pk).update(about_source="NHS number 943 476 5919")
    assert save(as_member, member, about_source="NHS number 943 476 5919").status_code == 302


STORY = "I visit Jayden Smith, aged 3, each week."


def held(client, member, **fields):
    """A change that waits, from the form that asked for a reason."""
    answer = save(client, member, about_source=STORY, job_title="Visitor", why="He is my own son.", **fields)
    assert answer.status_code == 302 and "/decision/" in answer.url
    return ProfileChange.objects.latest("pk")


def decide(client, change, verb):
    item = client.get(f"/desk/profile-change/{change.pk}/").context["item"]
    form = {"note": "So.", "seen_decision": item.seen.decision, "seen_report": item.seen.report}
    return client.post(f"/desk/profile-change/{change.pk}/{verb}/", form)


@pytest.fixture
def before(member):
    update_profile(person=member, changes={"about_source": "I sing.", "job_title": "Singer"})
    return member


def test_what_stays_for_a_reason_waits_and_others_read_what_stood_there(as_member, before, as_moderator):
    held(as_member, before, display_name="Ann Other")
    before.refresh_from_db()
    assert (before.about_source, before.job_title, before.display_name) != (STORY, "Visitor", "Ann Other")
    assert before.about_source == "I sing."
    page = as_moderator.get(before.get_absolute_url()).content.decode()
    assert "I sing." in page and "Jayden" not in page
    page = as_member.get("/me/profile/").content.decode()
    assert "a moderator looks at it first" in page and STORY in page
    desk = as_moderator.get("/desk/").content.decode()
    assert STORY in desk and "He is my own son." in desk and "Urgent" in desk
    assert "Held by the site" in desk and "Let others read it" in desk and "Reported by" not in desk
    assert everything_about(before)["account"]["waiting_for_moderators"][0]["about_source"] == STORY


@pytest.mark.parametrize(("verb", "is_shown"), [("restore", True), ("hide", False)])
def test_a_moderator_lets_it_through_or_not(as_member, before, as_moderator, verb, is_shown):
    change = held(as_member, before)
    assert decide(as_moderator, change, verb).status_code == 302
    before.refresh_from_db()
    assert (before.about_source == STORY) is is_shown
    assert (STORY in as_member.get(before.get_absolute_url()).content.decode()) is is_shown
    if is_shown:
        assert decide(as_moderator, change, "hide").status_code == 302
        before.refresh_from_db()
        assert before.about_source == "" and before.hidden_profile["about_source"] == STORY


def test_whoever_writes_anew_means_that(as_member, before, as_moderator):
    change = held(as_member, before)
    save(as_member, before, about_source="I sing on Mondays.")
    change.refresh_from_db()
    assert change.dropped_at and change.about_source == ""
    assert "Jayden" not in as_moderator.get("/desk/").content.decode()
    assert decide(as_moderator, change, "restore").status_code == 302
    before.refresh_from_db()
    assert before.about_source == "I sing on Mondays."


def test_nobody_else_sees_what_waits(as_member, before):
    change = held(as_member, before)
    other = signed_in(factories.make_user())
    assert other.get(f"/report/profile-change/{change.pk}/").status_code == 404
    assert other.get(f"/desk/profile-change/{change.pk}/").status_code == 403
    assert not ProfileChange.objects.visible_to(AnonymousUser()).exists()


def test_it_goes_with_its_account_and_with_time(as_member, before):
    held(as_member, before)
    assert forget_changes() == 0
    ProfileChange.objects.update(asked_at=timezone.now() - dt.timedelta(days=61))
    assert forget_changes() == 1
    held(as_member, before)
    delete_account(person=before)
    assert not ProfileChange.objects.exists()


def test_watched_words_hold_a_profile_back_too(as_member, member):
    Rules.objects.create(pk=1, words="vape*")
    watching.forget()
    answer = save(as_member, member, about_source="I sell vapes.")
    watching.forget()
    assert "/decision/" in answer.url and Report.objects.get().reason == "ruled"
    assert User.objects.get(pk=member.pk).about_source == ""
