"""Lived experience: nothing is shown unapproved, and what is withdrawn is nowhere any more."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from accounts import privacy
from knowledge.actions import experience as actions
from knowledge.models import LivedExperience, ResourcePage
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db]
WORDS = {"aim": "The letter was cold.", "method": "Two afternoons.", "result": "It says “you” now."}


@pytest.fixture
def page():
    return factories.make_resource(title="Letters that families read")


@pytest.fixture
def asked(page, member, editor):
    experience = LivedExperience(page=page, contributor=member, **WORDS)
    return actions.save(experience=experience, editor=editor)


def text_of(client, page):
    page.refresh_from_db()
    return client.get(page.url).content.decode()


def test_an_editor_writes_it_down_and_the_contributor_is_asked(client, page, editor, member):
    client.force_login(editor)
    assert "Write it down" in client.get(reverse("resource_experience", args=[page.pk])).content.decode()
    answer = client.post(reverse("add_experience", args=[page.pk]), {**WORDS, "handle": f"@{member.handle}"})
    experience = LivedExperience.objects.get()
    assert answer.status_code == 302 and experience.contributor == member and experience.approved_at is None
    assert WORDS["aim"] not in text_of(client, page)
    drain()
    client.force_login(member)
    inbox = client.get("/inbox/").content.decode()
    assert experience.get_absolute_url() in inbox and WORDS["aim"] not in inbox


def test_it_shows_once_approved_under_the_name_that_was_chosen(client, page, asked, member):
    text_of(Client(), page)
    client.force_login(member)
    shown = client.get(asked.get_absolute_url())
    assert all(words in shown.content.decode() for words in ("The letter was cold.", "Two afternoons."))
    client.post(asked.get_absolute_url(), {"name_shown": "A mother in Leeds", "words": asked.fingerprint})
    text = text_of(Client(), page)
    assert "The letter was cold." in text and "A mother in Leeds" in text and member.display_name not in text


def test_words_that_changed_meanwhile_are_not_approved(client, page, asked, member, editor):
    client.force_login(member)
    old = asked.fingerprint
    asked.result = "Something else."
    actions.save(experience=asked, editor=editor)
    answer = client.post(asked.get_absolute_url(), {"name_shown": "", "words": old}, follow=True)
    assert "have changed since you read them" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.approved_at is None


def test_words_that_an_editor_changes_are_approved_anew(page, asked, editor):
    actions.approve(experience=asked, name_shown="Ana")
    asked.refresh_from_db()
    asked.result = "Something else."
    actions.save(experience=asked, editor=editor)
    asked.refresh_from_db()
    assert asked.approved_at is None


def everywhere(words):
    """Tables of the database that hold these words."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(words in str(value) for row in cursor.fetchall() for value in row):
                found.append(table)
    return found


def test_what_is_withdrawn_is_nowhere_in_old_versions_neither(client, page, asked, member):
    actions.approve(experience=asked, name_shown="Ana of Leeds")
    page.save_revision().publish()
    drain()
    assert everywhere("The letter was cold.") == ["knowledge_livedexperience"]
    client.force_login(member)
    address = reverse("withdraw_experience", args=[asked.pk])
    assert "Withdraw your words?" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert everywhere("The letter was cold.") == everywhere("Ana of Leeds") == []
    assert "The letter was cold." not in text_of(Client(), page)
    for revision in Revision.objects.for_instance(page):
        assert "letter was cold" not in json.dumps(revision.content)
    page.get_latest_revision().publish()
    assert "The letter was cold." not in text_of(Client(), page)
    assert "These words are withdrawn" in client.get(asked.get_absolute_url()).content.decode()


def test_who_wants_other_words_asks_for_them_and_is_asked_again(client, as_moderator, page, asked, member, editor):
    actions.approve(experience=asked, name_shown="Ana")
    ResourcePage.objects.filter(pk=page.pk).update(owner=editor)
    drain()
    address = reverse("other_words", args=[asked.pk])
    client.force_login(member)
    assert address in client.get(asked.get_absolute_url()).content.decode()
    empty = client.post(address, {"text": " "})
    assert "Say in a sentence what should be different." in empty.content.decode()
    assert client.post(address, {"text": "It was warm, but long."}).status_code == 302
    assert "It was warm, but long." in client.get(asked.get_absolute_url()).content.decode()
    assert "It was warm" not in text_of(Client(), page) and "The letter was cold." in text_of(Client(), page)
    drain()
    client.force_login(editor)
    form = reverse("change_experience", args=[page.pk, asked.pk])
    assert form in client.get("/inbox/").content.decode() and form in as_moderator.get("/desk/").content.decode()
    assert "It was warm, but long." in client.get(form).content.decode()
    client.post(form, WORDS | {"aim": "The letter was long."})
    drain()
    asked.refresh_from_db()
    assert (asked.wish, asked.approved_at) == ("", None)
    assert form not in as_moderator.get("/desk/").content.decode() + client.get("/inbox/").content.decode()
    client.force_login(member)
    assert asked.get_absolute_url() in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("has_owner", [True, False])
def test_asking_for_other_words_reaches_who_looks_after_it(page, asked, member, editor, moderator, has_owner):
    ResourcePage.objects.filter(pk=page.pk).update(owner=editor if has_owner else None, live=False)
    actions.wish(experience=asked, contributor=member, text="Shorter.")
    drain()
    told = Notification.objects.filter(event__kind="experience_wished", channel="inbox").values_list(
        "person", flat=True
    )
    assert set(told) == ({editor.pk} if has_owner else {editor.pk, moderator.pk})


def test_what_was_asked_for_goes_with_the_words(as_member, asked, member):
    actions.wish(experience=asked, contributor=member, text="Zebras, please.")
    assert everywhere("Zebras, please.") == ["knowledge_livedexperience"]
    actions.withdraw(experience=asked, actor=member)
    assert everywhere("Zebras, please.") == []
    assert as_member.post(reverse("other_words", args=[asked.pk]), {"text": "Again."}).status_code == 302
    assert everywhere("Again.") == []


def test_the_owner_hears_of_it_without_the_words(page, asked, member, editor):
    page.owner = editor
    page.save()
    actions.withdraw(experience=asked, actor=member)
    drain()
    assert Notification.objects.filter(person=editor, event__kind="experience_withdrawn").exists()


def test_it_goes_with_the_account(asked, member):
    actions.approve(experience=asked, name_shown="Ana")
    assert privacy.everything_about(member)["lived_experience"][0]["aim"] == WORDS["aim"]
    privacy.say_farewell(member)
    asked.refresh_from_db()
    assert asked.withdrawn_at and not asked.aim


def test_somebody_without_an_account_approves_through_the_editor(client, page, editor):
    client.force_login(editor)
    address = reverse("add_experience", args=[page.pk])
    refused = client.post(address, WORDS).content.decode()
    assert "say how somebody without an account here approved it" in refused
    client.post(address, {**WORDS, "approval_note": "Read to her on 3 March", "name_shown": "A grandmother"})
    text = text_of(Client(), page)
    assert "A grandmother" in text and "Read to her" not in text


@pytest.mark.parametrize("name", ["resource_experience", "add_experience"])
def test_only_those_who_edit_a_resource_write_about_it(client, as_member, page, name):
    address = reverse(name, args=[page.pk])
    assert as_member.get(address).status_code == 403
    draft = factories.make_resource(live=False)
    assert as_member.get(reverse(name, args=[draft.pk])).status_code == 404
    assert as_member.get(reverse(name, args=[999_999])).status_code == 404
    assert as_member.put(address).status_code == 405


def test_nobody_else_writes_or_changes_one(client, forged, page, asked, member, editor):
    for address in (reverse("add_experience", args=[page.pk]), reverse("change_experience", args=[page.pk, asked.pk])):
        sent = {**WORDS, "aim": "Mine.", "handle": f"@{member.handle}"}
        assert client.post(address, sent).status_code == 403
        assert signed_in(member).post(address, sent).status_code == 403
        assert forged(editor).post(address, sent).status_code == 403
    asked.refresh_from_db()
    assert asked.aim == WORDS["aim"] and LivedExperience.objects.count() == 1
    other = factories.make_resource()
    assert signed_in(editor).post(reverse("change_experience", args=[other.pk, asked.pk]), WORDS).status_code == 404


def test_what_is_written_about_a_resource_costs_the_same_however_much(as_editor, page, django_assert_max_num_queries):
    def cost(number):
        for _ in range(number):
            LivedExperience.objects.create(page=page, contributor=factories.make_user(), **WORDS)
        address = reverse("resource_experience", args=[page.pk])
        as_editor.get(address)
        with django_assert_max_num_queries(10) as counted:
            assert as_editor.get(address).status_code == 200
        return len(counted)

    assert cost(1) == cost(4)


@pytest.mark.parametrize("name", ["experience", "withdraw_experience", "other_words"])
def test_nobody_but_the_contributor_finds_it(client, page, asked, editor, name):
    address = reverse(name, args=[asked.pk])
    assert client.get(address).status_code == 302
    client.force_login(factories.make_user())
    assert client.get(address).status_code == client.post(address).status_code == 404
    client.force_login(editor)
    assert client.post(address).status_code == 404
    asked.refresh_from_db()
    assert not asked.withdrawn_at and not asked.approved_at


def test_approving_and_withdrawing_need_our_own_form(asked, member):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    for name in ("experience", "withdraw_experience", "other_words"):
        assert strict.post(reverse(name, args=[asked.pk])).status_code == 403


def test_who_may_see_it_follows_the_page(page, asked, member, editor):
    from django.contrib.auth.models import AnonymousUser

    visitor, other = AnonymousUser(), factories.make_user()
    seen = LivedExperience.objects.visible_to
    assert not seen(visitor).exists() and not seen(other).exists() and seen(member).exists()
    actions.approve(experience=asked, name_shown="")
    assert seen(visitor).exists()
    factories.for_members_only(page)
    assert not seen(visitor).exists() and seen(other).exists()


def test_the_list_of_ones_own_costs_the_same_however_long(as_member, member, django_assert_max_num_queries):
    def cost(number):
        for _ in range(number):
            LivedExperience.objects.create(page=factories.make_resource(), contributor=member, **WORDS)
        as_member.get(reverse("my_experience"))
        with django_assert_max_num_queries(10) as counted:
            assert as_member.get(reverse("my_experience")).status_code == 200
        return len(counted)

    assert "Nothing yet" in as_member.get(reverse("my_experience")).content.decode()
    assert cost(1) == cost(4)


def test_an_editor_takes_neither_the_name_nor_the_words_from_who_was_asked(client, page, asked, member, editor):
    """Without them the words would stay, and their contributor could not withdraw them any more."""
    actions.approve(experience=asked, name_shown="A mother in Leeds")
    client.force_login(editor)
    address = reverse("change_experience", args=[page.pk, asked.pk])
    assert "Was the wrong person asked?" in client.get(address).content.decode()
    client.post(address, {**WORDS, "handle": "", "approval_note": "By phone", "name_shown": member.display_name})
    asked.refresh_from_db()
    assert (asked.contributor, asked.name_shown) == (member, "A mother in Leeds")
    asked.contributor, asked.approval_note = None, "By phone"
    actions.save(experience=asked, editor=editor)
    asked.refresh_from_db()
    assert asked.contributor == member and asked.approved_at is None


def test_an_editor_withdraws_for_somebody_without_an_account(client, page, editor):
    spoken = LivedExperience(page=page, approval_note="Read to her", name_shown="A grandmother", **WORDS)
    actions.save(experience=spoken, editor=editor)
    client.force_login(editor)
    address = reverse("take_away_words", args=[page.pk, spoken.pk])
    assert address in client.get(reverse("change_experience", args=[page.pk, spoken.pk])).content.decode()
    assert "Withdraw these words?" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert everywhere("The letter was cold.") == everywhere("A grandmother") == []
    assert client.post(address).status_code == 404


def test_only_those_who_edit_a_resource_withdraw_for_others(as_member, page, asked):
    address = reverse("take_away_words", args=[page.pk, asked.pk])
    assert as_member.post(address).status_code == 403
    assert as_member.put(address).status_code == 405
    assert Client().post(address).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.make_user("editor"))
    assert strict.post(address).status_code == 403
    asked.refresh_from_db()
    assert not asked.withdrawn_at


def test_what_is_missing_is_said_in_plain_words(client, page, editor):
    client.force_login(editor)
    text = client.post(reverse("add_experience", args=[page.pk]), {"aim": ""}).content.decode()
    assert "Say how they took part." in text and "Please fill this in" not in text
