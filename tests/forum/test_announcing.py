"""Announcements: a kind of thread that only those who keep a space start."""

import pytest
from django.urls import reverse

from forum.models import Thread
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return factories.make_space(name="Room", slug="room", visibility="public")


@pytest.fixture
def keeper(room):
    person = factories.make_user()
    factories.join(room, person, is_keeper=True)
    return person


def start(client, space, **fields):
    data = {"kind": "announcement", "space": space.slug, "title": "We are closed", "text": "On Friday.", "wish": "post"}
    return client.post(reverse("forum:start"), {**data, **fields})


def test_who_keeps_the_space_announces(room, keeper, client):
    assert start(signed_in(keeper), room).status_code == 302
    thread = Thread.objects.get()
    assert thread.kind == "announcement" and not thread.is_locked and not thread.is_asking
    assert "Announcement" in client.get(thread.get_absolute_url()).content.decode()
    assert "We are closed" in client.get(room.get_absolute_url(), {"show": "announcement"}).content.decode()
    assert "We are closed" not in client.get(room.get_absolute_url(), {"show": "unanswered"}).content.decode()


def test_replies_are_their_choice(room, keeper, as_member):
    start(signed_in(keeper), room, no_replies="on")
    thread = Thread.objects.get()
    assert thread.is_locked
    assert as_member.post(reverse("forum:reply", args=[thread.pk]), {"text": "But"}).status_code == 403
    start(signed_in(keeper), room, no_replies="on", kind="question", title="Anybody?")
    assert not Thread.objects.get(kind="question").is_locked


def test_nobody_else(room, keeper, as_member, as_editor, client):
    assert client.post(reverse("forum:start")).status_code == 302
    for reader in (as_member, as_editor):
        assert "Announcement" not in reader.get(reverse("forum:start")).content.decode()
        assert start(reader, room).context["form"].errors["kind"]
    other = factories.make_space(visibility="public")
    page = start(signed_in(keeper), other)
    assert "Only people who keep this space" in page.content.decode()
    assert not Thread.objects.exists()


def test_moderators_anywhere(room, as_moderator):
    assert start(as_moderator, room).status_code == 302


def test_a_thread_becomes_one_only_through_a_keeper(room, keeper, as_member, member):
    edited = {"kind": "announcement", "title": "T", "text": "Text.", "wish": "post"}
    own = factories.make_thread(room, author=member)
    url = reverse("forum:edit", args=[own.posts.get().pk])
    assert as_member.post(url, edited).context["form"].errors["kind"]
    kept = factories.make_thread(room, author=keeper)
    url = reverse("forum:edit", args=[kept.posts.get().pk])
    assert signed_in(keeper).post(url, edited).status_code == 302
    keeper.space_memberships.update(is_keeper=False)
    assert signed_in(keeper).post(url, {**edited, "text": "New."}).status_code == 302
    kept.refresh_from_db()
    assert kept.kind == "announcement"
