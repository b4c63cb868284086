"""A copy of one's data, and leaving for good."""

import datetime as dt
import json

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import User
from accounts.permissions import needed_as
from audit.models import Entry
from events.actions import register
from events.models import Registration
from forum.models import Draft, Follow, Post
from notifications.models import Preference
from search.models import Entry as Indexed
from tests import factories
from tests.conftest import signed_in
from tests.events.conftest import session_in
from web.signals import content_changed

pytestmark = pytest.mark.django_db
PASSWORD = "violet-kettle-harbour"
PAGES = ["accounts:data", "accounts:leave"]


@pytest.fixture
def person():
    return factories.make_user(email="asha@example.org", display_name="Asha", password=PASSWORD, is_listed=True)


@pytest.fixture
def client(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("name", PAGES)
def test_visitors_sign_in_first_and_members_give_their_password_once_more(name, person):
    assert Client().get(reverse(name)).url.startswith("/account/login/")
    assert Client().post(reverse(name)).url.startswith("/account/login/")
    somebody_at_the_desk = signed_in(person)
    assert somebody_at_the_desk.get(reverse(name)).url.startswith("/account/reauthenticate/")
    assert somebody_at_the_desk.post(reverse(name)).url.startswith("/account/reauthenticate/")
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("name", PAGES)
def test_a_forged_form_and_a_wrong_verb_do_nothing(name, person, client):
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse(name)).status_code == 403
    client.handler.enforce_csrf_checks = False
    assert client.put(reverse(name)).status_code == 405
    assert User.objects.filter(pk=person.pk).exists()


def test_both_are_found_among_the_settings(client):
    page = client.get(reverse("accounts:me")).content.decode()
    assert all(f'href="{reverse(name)}"' in page for name in PAGES)


def test_looking_changes_nothing_and_says_what_goes_and_what_stays(client, person):
    page = client.get(reverse("accounts:leave")).content.decode()
    assert "This cannot be undone" in page and "Somebody who has left" in page
    assert "Get my data" in client.get(reverse("accounts:data")).content.decode()
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.postgres
def test_who_leaves_is_gone_and_what_they_posted_stays(client, person, member):
    thread = factories.make_thread(author=person, posts=2)
    Draft.objects.create(person=person, key="reply:1", fields={"text": "Half."})
    Follow.objects.create(person=person, thread=thread)
    session = session_in(hours=48, capacity=1)
    register(session=session, person=person)
    register(session=session, person=member)
    content_changed.send(sender=User, ids=[person.pk])
    elsewhere = signed_in(person)
    answer = client.post(reverse("accounts:leave"))
    assert answer.url == "/" and "Your account is deleted" in client.get("/").content.decode()
    assert not User.objects.filter(pk=person.pk).exists()
    assert not Draft.objects.exists() and not Follow.objects.filter(thread=thread).exists()
    assert Post.objects.filter(thread=thread, author=None).count() == 2
    page = signed_in(member).get(thread.get_absolute_url()).content.decode()
    assert "Somebody who has left" in page and "Asha" not in page.partition("<main")[2]
    # The one in line has the place, search has forgotten the name, and nobody is signed in anywhere.
    assert Registration.objects.get().person == member and Registration.objects.get().is_confirmed
    assert not Indexed.objects.filter(key=f"person:{person.pk}").exists()
    for gone in (client, elsewhere):
        assert gone.get(reverse("accounts:me")).status_code == 302


def test_the_last_mail_and_the_log(client, person):
    client.post(reverse("accounts:leave"))
    message = mail.outbox[-1]
    assert message.to == ["asha@example.org"] and "deleted" in message.subject and message.alternatives
    entry = Entry.objects.get(verb="accounts.deleted")
    assert (entry.actor_id, entry.subject_id) == (person.pk, str(person.pk))


@pytest.mark.parametrize("group", ["administrator", "moderator"])
def test_the_last_one_who_looks_after_the_site_cannot_go(group, person, client):
    person.groups.set([*person.groups.all(), factories.make_user(group).groups.get(name=group)])
    User.objects.exclude(pk=person.pk).update(is_active=False)
    assert needed_as(person) == group
    assert f"only {group}" in client.get(reverse("accounts:leave")).content.decode()
    assert client.post(reverse("accounts:leave")).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.delete_account(person=person)
    factories.make_user(group)
    assert needed_as(person) is None
    actions.delete_account(person=person)


def test_the_copy_holds_what_is_theirs_and_nothing_of_others(client, person):
    other = factories.make_user(display_name="Bea Other")
    thread = factories.make_thread(author=other, title="Naps", text="Words of Bea.")
    factories.make_post(thread, author=person, source="Try a **walk**, @bea.")
    Follow.objects.create(person=person, thread=thread)
    Preference.objects.create(person=person, kind="reply", channel="email", wanted=False)
    session = session_in(hours=48)
    register(session=session, person=person)
    answer = client.post(reverse("accounts:data"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="common-ground-')
    assert "no-store" in answer.headers["Cache-Control"]
    found = json.loads(answer.content)
    assert found["account"]["email"] == "asha@example.org" and found["account"]["rights"] == ["member"]
    assert found["posts"][0]["source"] == "Try a **walk**, @bea." and found["posts"][0]["thread_title"] == "Naps"
    assert found["follows"][0]["thread"] == thread.pk and found["message_choices"][0]["wanted"] is False
    assert found["registrations"][0]["state"] == "confirmed"
    assert "Words of Bea" not in answer.content.decode() and other.email not in answer.content.decode()
    assert PASSWORD not in answer.content.decode() and "password" not in found["account"]


def test_the_copy_costs_the_same_whatever_it_holds(client, person, django_assert_max_num_queries):
    def cost(number):
        for _ in range(number):
            factories.make_thread(author=person, posts=2)
        with django_assert_max_num_queries(60) as counted:
            client.post(reverse("accounts:data"))
        return len(counted)

    assert cost(1) == cost(5)


def test_registrations_of_the_past_stay_counted(client, person):
    session = session_in(hours=48)
    register(session=session, person=person)
    type(session).objects.update(
        starts_at=timezone.now() - dt.timedelta(days=2), ends_at=timezone.now() - dt.timedelta(days=1)
    )
    client.post(reverse("accounts:leave"))
    assert type(session).objects.get().confirmed_count == 1
