"""Inviting by e-mail people who have no account: to one address, by a link, without saying who has one."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from forum import actions
from forum.models import SpaceInvitation, SpaceMembership
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return factories.make_user(display_name="Kay Keeper")


@pytest.fixture
def space(keeper):
    space = factories.make_space(name="Quiet room", visibility="invited")
    factories.join(space, keeper, is_keeper=True)
    return space


def invite(space, keeper, address="New@Example.org"):
    url = reverse("forum:invite", args=[space.slug])
    answer = signed_in(keeper).post(url, {"handle": address}, follow=True)
    drain()
    return answer


def link_of(message):
    return re.search(r"http://[^/]+(/community/invitation/\S+)", message.body)[1]


def test_an_address_is_written_to_once_and_says_nothing_of_the_space(space, keeper):
    for _ in range(2):
        assert "We write to" in invite(space, keeper).text
    (message,) = mail.outbox
    assert message.to == ["new@example.org"] and "Kay Keeper" in message.subject
    assert "Quiet room" not in str(message.message())
    assert "new@example.org" in invite(space, keeper, "broken@").text
    assert SpaceInvitation.objects.count() == len(mail.outbox) == 1


def test_whoever_owns_the_address_joins_by_one_button(client, space, keeper):
    invite(space, keeper)
    link = link_of(mail.outbox[0])
    door = client.get(link, follow=True).text
    assert "You are invited. Sign in, or join" in door and "Quiet room" not in door
    assert "You are invited" not in client.get(f"{link}x/", follow=True).text
    stranger = signed_in(factories.make_user())
    for ask in (stranger.get, stranger.post):
        text = ask(link, follow=True).text
        assert "went to another address" in text and "Quiet room" not in text
    person = factories.make_user(email="new@example.org")
    theirs = signed_in(person)
    assert "Quiet room" in theirs.get(link).text and not space.standing_of(person).has_joined
    assert theirs.post(link).url == space.get_absolute_url()
    assert space.standing_of(person).has_joined and not SpaceInvitation.objects.exists()
    assert "does not work any more" in theirs.get(link, follow=True).text


def test_a_member_is_not_given_away_by_their_address(space, keeper):
    person = factories.make_user(email="known@example.org", display_name="Known Person")
    assert "Known Person" not in invite(space, keeper, "known@example.org").text
    assert not space.memberships.filter(person=person).exists()
    signed_in(person).post(link_of(mail.outbox[0]))
    assert space.standing_of(person).has_joined


def test_in_a_reflective_space_they_are_asked_first(space, keeper):
    type(space).objects.filter(pk=space.pk).update(is_reflective=True)
    invite(space, keeper)
    person = factories.make_user(email="new@example.org")
    signed_in(person).post(link_of(mail.outbox[0]))
    assert space.standing_of(person).state == "invited"


@pytest.mark.parametrize("link", ["x", "x" * 5000, "%0A"])
def test_what_is_no_link_of_ours(link, as_member):
    assert "does not work any more" in as_member.get(f"/community/invitation/{link}/", follow=True).text


def test_taking_it_back(space, keeper, as_member, client, forged):
    invite(space, keeper)
    link = link_of(mail.outbox[0])
    url = reverse("forum:take_back", args=[space.slug, SpaceInvitation.objects.get().pk])
    factories.join(space, as_member_of(as_member))
    assert as_member.post(url).status_code == 403 and client.post(url).status_code == 302
    assert forged(keeper).post(url).status_code == 403 and signed_in(keeper).get(url).status_code == 405
    assert signed_in(keeper).post(reverse("forum:take_back", args=[space.slug, 999])).status_code == 404
    assert SpaceInvitation.objects.exists()
    signed_in(keeper).post(url)
    person = factories.make_user(email="new@example.org")
    assert "does not work any more" in signed_in(person).get(link, follow=True).text


def as_member_of(client):
    return client.get("/me/").wsgi_request.user


def test_they_are_forgotten(space, keeper):
    for days in (29, 31):
        made = actions.invite_address(space=space, address=f"{days}@example.org", actor=keeper)
        SpaceInvitation.objects.filter(pk=made.pk).update(created_at=timezone.now() - dt.timedelta(days=days))
    assert actions.forget_invitations() == 1
    actions.withdraw_invitations(person=keeper)
    assert not SpaceInvitation.objects.exists()


@pytest.mark.parametrize("how", ["taken out", "keeps it no longer"])
def test_what_a_former_keeper_sent_brings_nobody_in(space, keeper, how):
    """So does what went to another address of theirs, before they were taken out."""
    head = factories.make_user()
    factories.join(space, head, is_keeper=True)
    mine = SpaceMembership.objects.get(space=space, person=keeper)
    friend = factories.make_user()
    actions.invite(space=space, person=friend, actor=keeper)
    actions.invite_address(space=space, address="friend@example.org", actor=keeper)
    actions.invite_address(space=space, address="second@example.org", actor=head)
    keeper.emailaddress_set.create(email="Second@example.org", verified=True)
    if how == "taken out":
        actions.turn_down(membership=mine, actor=head)
    else:
        actions.set_keeper(membership=mine, actor=head, wanted=False)
    assert not space.invitations.exists()
    assert not SpaceMembership.objects.filter(person=friend).exists()


def test_who_keeps_it_no_longer_by_their_own_wish_leaves_invitations_standing(space, keeper):
    actions.invite_address(space=space, address="friend@example.org", actor=keeper)
    actions.set_keeper(membership=SpaceMembership.objects.get(person=keeper), actor=keeper, wanted=False)
    assert space.invitations.exists()


def test_an_address_is_not_written_to_again_and_again(space, keeper):
    for _ in range(5):
        invite(space, keeper)
        SpaceInvitation.objects.all().delete()
    assert len(mail.outbox) == 3
