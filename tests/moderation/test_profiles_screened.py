"""What one says about oneself is looked through by the same rules as a post."""

import pytest

from accounts.models import User
from moderation import watching
from moderation.models import Rules

pytestmark = pytest.mark.django_db


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
    assert page.status_code == 200 and "Take this out" in page.content.decode()
    assert getattr(User.objects.get(pk=member.pk), field) == ""


def test_ones_own_number_and_address_are_ones_own(as_member, member):
    assert save(as_member, member, about_source="Ring me: 01632 960 001, me@example.org").status_code == 302


def test_what_stood_there_before_is_no_obstacle(as_member, member):
    User.objects.filter(pk=member.pk).update(about_source="NHS number 943 476 5919")
    assert save(as_member, member, about_source="NHS number 943 476 5919").status_code == 302


def test_watched_words_hold_for_profiles_too(as_member, member):
    Rules.objects.create(pk=1, words="vape*")
    watching.forget()
    page = save(as_member, member, about_source="I sell vapes.")
    watching.forget()
    assert "A rule of the moderators" in page.content.decode()
    assert User.objects.get(pk=member.pk).about_source == ""
