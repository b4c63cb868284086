"""Reports by people without an account: only of what is public, hiding only once an address is confirmed."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from forum.models import Post
from moderation import actions
from moderation.models import Decision, Report
from moderation.permissions import HIDDEN_FROM_OUTSIDE_AN_HOUR
from notifications.models import Notification
from outbox.actions import drain
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SENDER = "neighbour@example.com"
SENDERS = [SENDER, "neighbour@example.coM", "neighbour+1@example.com", "neighbour+2@example.com"]
IDENTIFIES = {"reason": "identifies", "details": "It is my street.", "sender": SENDER}


@pytest.fixture
def thread():
    return factories.make_thread(factories.make_space(visibility="public"), title="Public talk")


@pytest.fixture
def post(thread):
    return factories.make_post(thread, source="The boy in the red house.")


def path(post):
    return f"/report/post/{post.pk}/"


def is_hidden(post):
    return Post.objects.get(pk=post.pk).hidden_at is not None


def link_in(message):
    return re.search(r"https?://[^/\s]+(/report/confirm/\S+)", message.body)[1]


def send_and_confirm(post, sender=SENDER):
    made = actions.report_from_outside(subject=post, reason="identifies", sender=sender)
    return actions.confirm_sender(made=made)


def test_a_visitor_reports_what_is_public_and_nothing_is_hidden_yet(client, moderator, post):
    page = client.get(path(post)).content.decode()
    assert "You do not need an account" in page and post.source in page
    answer = client.post(path(post), IDENTIFIES)
    made = Report.objects.get()
    assert (made.reporter, made.is_from_outside, made.sender, made.confirmed_at) == (None, True, SENDER, None)
    thanks = client.get(answer.url).content.decode()
    assert made.reference in thanks and "open the e-mail" in thanks and SENDER not in thanks
    assert not is_hidden(post)
    drain()
    assert Notification.objects.filter(person=moderator, event__kind="report_urgent").exists()
    assert Entry.objects.filter(verb="moderation.report", actor_id=None).exists()


def test_the_confirmed_address_hides_it_until_a_moderator_has_looked(client, moderator, as_moderator, post):
    client.post(path(post), IDENTIFIES)
    drain()
    asking = next(message for message in mail.outbox if message.to == [SENDER])
    assert post.source not in asking.body and "It is my street" not in asking.body
    link = link_in(asking)
    assert "Was it you" in client.get(link).content.decode()
    assert not is_hidden(post), "no GET changes anything"
    assert "It is hidden until" in client.post(link).content.decode()
    assert is_hidden(post)
    assert "who confirmed their address" in as_moderator.get("/desk/").content.decode()
    held = Decision.objects.get()
    actions.restore(subject=post, actor=moderator, reason="Fine.", seen=actions.Seen(held.pk, Report.objects.get().pk))
    drain()
    told = [message for message in mail.outbox if message.to == [SENDER]][-1]
    assert "it stays where it is" in told.body and "Fine." not in told.body
    assert Report.objects.get().sender == "", "the address is forgotten"
    assert "has decided about it already" in client.post(link).content.decode()
    assert not is_hidden(post)


def test_an_unconfirmed_sender_hears_nothing_more(client, moderator, post):
    client.post(path(post), {**IDENTIFIES, "reason": "spam"})
    made = Report.objects.get()
    actions.hide(subject=post, actor=moderator, reason="Advertising.", seen=actions.Seen(0, made.pk))
    drain()
    assert len([message for message in mail.outbox if message.to == [SENDER]]) == 1


def test_whoever_confirms_late_reads_what_was_decided(client, moderator, post):
    client.post(path(post), IDENTIFIES)
    drain()
    made = Report.objects.get()
    actions.hide(subject=post, actor=moderator, reason="For the author.", seen=actions.Seen(0, made.pk))
    asking = next(message for message in mail.outbox if message.to == [SENDER])
    answer = client.post(link_in(asking))
    assert "no-store" in answer.headers["Cache-Control"]
    page = answer.content.decode()
    assert "A moderator agreed with you and it is hidden now." in page and "For the author." not in page


def test_an_address_may_be_left_out(client, post):
    answer = client.post(path(post), {"reason": "harm"})
    assert "The moderators have been told." in client.get(answer.url).content.decode()
    assert not mail.outbox and not is_hidden(post)


def test_only_what_is_public_can_be_reported(client, post):
    private = factories.make_post(factories.make_thread(factories.make_space(visibility="members")))
    hidden = factories.make_post(post.thread, hidden_at=timezone.now())
    for pk in (private.pk, hidden.pk, 10**9):
        for answer in (client.get(f"/report/post/{pk}/"), client.post(f"/report/post/{pk}/", IDENTIFIES)):
            assert answer.status_code == 302 and "/account/login/" in answer.url
    assert client.put(path(post)).status_code == 405
    assert Client(enforce_csrf_checks=True).post(path(post), IDENTIFIES).status_code == 403
    assert not Report.objects.exists()


def test_what_is_wrong_with_the_form_is_said_and_kept(client, post):
    answer = client.post(path(post), {"reason": "", "details": "Rhubarb", "sender": "no address"})
    html = answer.content.decode()
    assert "Choose what is wrong with it." in html and "Rhubarb" in html and "no address" in html
    assert not Report.objects.exists()


def test_reporting_again_from_one_address_counts_once(client, post):
    client.post(path(post), IDENTIFIES)
    answer = client.post(path(post), {**IDENTIFIES, "sender": SENDER.upper()})
    assert client.get(answer.url).status_code == 200
    assert Report.objects.count() == 1
    drain()
    assert len([message for message in mail.outbox if message.to == [SENDER]]) == 1


@pytest.mark.parametrize("where", ["received", "confirm"])
def test_forged_and_swapped_tokens_are_not_found(client, post, where):
    answer = client.post(path(post), IDENTIFIES)
    assert client.get(f"/report/{where}/nonsense/").status_code == 404
    swapped = answer.url.replace("received", "confirm")
    assert client.post(swapped).status_code == 404
    assert not is_hidden(post)


def test_one_address_hides_three_things_a_day(thread):
    posts = [factories.make_post(thread) for _ in range(4)]
    assert [send_and_confirm(post) for post in posts] == [True, True, True, False]
    assert [is_hidden(post) for post in posts] == [True, True, True, False]


def test_an_address_with_many_ends_is_one(thread):
    posts = [factories.make_post(thread) for _ in range(4)]
    hidden = [send_and_confirm(post, sender=f"Neighbour+{post.pk}@example.com") for post in posts]
    assert hidden == [True, True, True, False]


def test_a_thing_is_hidden_from_outside_once(post, moderator):
    assert send_and_confirm(post)
    held = Decision.objects.get()
    actions.restore(subject=post, actor=moderator, reason="Fine.", seen=actions.Seen(held.pk, Report.objects.get().pk))
    Post.objects.filter(pk=post.pk).update(edited_at=timezone.now())
    assert not send_and_confirm(post, sender="another@example.com")
    assert not is_hidden(post)


def test_many_hides_in_an_hour_stop_the_rule_and_alert(thread, moderator):
    posts = [factories.make_post(thread) for _ in range(HIDDEN_FROM_OUTSIDE_AN_HOUR + 1)]
    hidden = [send_and_confirm(post, sender=f"person{post.pk}@example.com") for post in posts]
    assert hidden == [True] * HIDDEN_FROM_OUTSIDE_AN_HOUR + [False]
    drain()
    assert Notification.objects.filter(person=moderator, event__kind="hiding_rests", channel="inbox").count() == 1
    Decision.objects.update(decided_at=timezone.now() - dt.timedelta(hours=1, minutes=1))
    assert send_and_confirm(factories.make_post(thread), sender="later@example.com")


def test_one_address_of_a_network_cannot_flood_the_desk(client, thread):
    posts = [factories.make_post(thread) for _ in range(21)]
    codes = [client.post(path(post), {"reason": "spam"}).status_code for post in posts]
    assert codes == [302] * 20 + [429]


def test_nobodys_mailbox_is_filled_with_questions(client, thread, monkeypatch):
    monkeypatch.setattr("moderation.views.outside.MAILS_A_DAY", 2)
    for number in range(4):
        client.post(path(factories.make_post(thread)), {**IDENTIFIES, "sender": SENDERS[number]})
    drain()
    assert len(mail.outbox) == 2
    assert Report.objects.count() == 4
    assert Report.objects.filter(sender="").count() == 2
