"""Others hear of a list, and take it along."""

import pytest
from django.core import mail

from accounts.actions import delete_account
from accounts.privacy import everything_about
from knowledge.actions import lists as actions
from knowledge.models import ListFollow, ListItem, ReadingList
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in, text_of
from tests.knowledge.lists.making import make_list

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
def test_followers_are_told_what_is_new_and_only_what_they_may_see(member, moderator, page):
    made = make_list(member, title="For my team")
    follower, left = factories.make_user(), factories.make_user()
    for person in (follower, left):
        signed_in(person).post("/lists/follow/", {"list": made.pk, "wanted": "yes"})
    signed_in(left).post("/lists/follow/", {"list": made.pk, "wanted": "no"})
    secret = factories.make_resource(title="Not for them")
    actions.save_to(reading_list=made, page=page, actor=member)
    actions.save_to(reading_list=made, page=secret, actor=member)
    secret.unpublish()
    drain()
    told = text_of(signed_in(follower), "/inbox/")
    assert "New in the list “For my team”: Brushing twice" in told
    assert "Not for them" not in told
    assert "For my team" not in text_of(signed_in(left), "/inbox/")
    assert [message.to for message in mail.outbox] == [[follower.email]]
    assert "Brushing" not in str(mail.outbox[0].message())
    signed_in(follower).get(made.get_absolute_url())
    assert not Notification.objects.filter(person=follower, channel="inbox", read_at=None).exists()


def test_nobody_is_told_of_a_list_that_is_private_again(as_member, member, page):
    made = make_list(member)
    follower = factories.make_user()
    actions.follow(reading_list=made, person=follower, wanted=True)
    as_member.post(f"/lists/{made.pk}/change/", {"title": "x", "visibility": "private"})
    assert not ListFollow.objects.exists()
    actions.save_to(reading_list=made, page=page, actor=member)
    drain()
    assert not Notification.objects.filter(person=follower).exists()


def test_a_list_is_followed_only_by_whoever_may_see_it(as_member, member, client, forged):
    private, public = make_list(factories.make_user(), visibility="private"), make_list(factories.make_user())
    assert as_member.post("/lists/follow/", {"list": private.pk, "wanted": "yes"}).status_code == 404
    assert as_member.post("/lists/follow/", {"token": private.token, "wanted": "yes"}).status_code == 404
    for wrong in ({}, {"list": "x"}, {"list": "9" * 30}, {"token": "\0"}):
        assert as_member.post("/lists/follow/", wrong).status_code == 404
    assert client.post("/lists/follow/", {"list": public.pk, "wanted": "yes"}).url.startswith("/account/login/")
    assert forged(member).post("/lists/follow/", {"list": public.pk, "wanted": "yes"}).status_code == 403
    assert not ListFollow.objects.exists()
    own = make_list(member, visibility="private")
    assert as_member.post("/lists/follow/", {"list": own.pk, "wanted": "yes"}).status_code == 403


def test_a_list_is_taken_along(client, member, page):
    made = make_list(member, page, visibility="link", notes={page.pk: "Read page two."})
    for form, words in (("ris", "TI  - Brushing twice"), ("bibtex", "Brushing twice"), ("csv", "Brushing twice")):
        answer = client.get(f"/lists/shared/{made.token}/export/{form}/")
        text = answer.getvalue().decode()
        assert words in text and "Read page two." in text
        assert "attachment" in answer["Content-Disposition"]
        assert client.get(f"/lists/{made.pk}/export/{form}/").status_code == 404
    assert client.get(f"/lists/shared/{made.token}/export/exe/").status_code == 404


def test_lists_are_handed_out_and_go_with_the_account(member, page):
    made = make_list(member, page, notes={page.pk: "Mine."})
    other = make_list(factories.make_user())
    actions.follow(reading_list=other, person=member, wanted=True)
    held = everything_about(member)
    assert held["reading_lists"][0]["title"] == "For my team"
    assert held["reading_list_items"][0]["note"] == "Mine."
    assert len(held["reading_lists_followed"]) == 1
    delete_account(person=member)
    assert not ReadingList.objects.filter(pk=made.pk).exists()
    assert not ListItem.objects.exists() and not ListFollow.objects.exists()


def test_what_is_followed_stands_among_all_that_one_follows(as_member, member, editor):
    shared = make_list(factories.make_user(), title="For Monday", visibility="link")
    begin = make_list(editor, title="Begin here", is_collection=True)
    for each in (shared, begin):
        actions.follow(reading_list=each, person=member, wanted=True)
    text = text_of(as_member, "/me/following/")
    assert "Collections and reading lists" in text and begin.get_absolute_url() in text and "For Monday" in text
    as_member.post(f"/me/following/list/{begin.pk}/", {"wish": ""})
    assert "Begin here" not in text_of(as_member, "/me/following/")
    as_member.post(f"/me/following/list/{begin.pk}/", {"wish": "follow"})
    assert ListFollow.objects.filter(person=member).count() == 2
    own = make_list(member, visibility="private")
    assert as_member.post(f"/me/following/list/{own.pk}/", {"wish": "follow"}).status_code == 404
    actions.renew_link(reading_list=shared)
    assert "For Monday" not in text_of(as_member, "/me/following/")
