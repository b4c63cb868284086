"""Posts kept to be found again, with a reminder: only for oneself, and only as long as one may read them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum import actions
from forum.models import SavedPost
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LIST = "/me/saved/"


@pytest.fixture
def post():
    thread = factories.make_thread(factories.make_space(visibility="members"), text="Marmalade.", title="Rainbow")
    return thread.posts.get()


def save_url(post):
    return reverse("forum:save", args=[post.pk])


def save(client, post, **data):
    return client.post(save_url(post), {"when": "never", **data})


def make_due(**fields):
    SavedPost.objects.update(remind_at=timezone.now() - dt.timedelta(minutes=1), **fields)


def test_saved_found_again_and_taken_off(as_member, post):
    assert save_url(post) in as_member.get(post.thread.get_absolute_url()).content.decode()
    assert "Nothing saved" in as_member.get(LIST).content.decode()
    assert save(as_member, post).url == post.get_absolute_url()
    save(as_member, post)
    html = as_member.get(LIST).content.decode()
    assert html.count("Rainbow</a></h2>") == 1 and "Marmalade." in html
    assert "You have saved this post" in as_member.get(save_url(post)).content.decode()
    assert save(as_member, post, wish="forget").url == LIST
    assert not SavedPost.objects.exists()


@pytest.mark.parametrize(("when", "days"), [("tomorrow", 1), ("week", 7)])
def test_a_reminder_comes_in_the_morning_where_the_person_is(when, days, as_member, member, post):
    member.time_zone = "America/New_York"
    member.save()
    save(as_member, post, when=when)
    zone = ZoneInfo("America/New_York")
    local = SavedPost.objects.get().remind_at.astimezone(zone)
    assert local.time() == dt.time(8)
    assert local.date() == timezone.now().astimezone(zone).date() + dt.timedelta(days=days)


def test_a_reminder_that_is_changed_begins_with_its_day(as_member, post):
    day = (timezone.now() + dt.timedelta(days=20)).date()
    save(as_member, post, when="day", day=day.isoformat())
    page = as_member.get(save_url(post)).content.decode()
    assert f'value="{day.isoformat()}"' in page and page.index('value="day"') < page.index("checked")


def test_a_day_of_ones_own(as_member, post):
    day = timezone.localdate() + dt.timedelta(days=40)
    save(as_member, post, when="day", day=day.isoformat())
    assert SavedPost.objects.get().remind_at.date() == day
    assert "reminder:" in as_member.get(LIST).content.decode()
    save(as_member, post, when="never", day=day.isoformat())
    assert SavedPost.objects.get().remind_at is None


@pytest.mark.parametrize(
    "data",
    [
        {"when": ""},
        {"when": "someday"},
        {"when": "day"},
        {"when": "day", "day": "soon"},
        {"when": "day", "day": "2001-01-01"},
        {"when": "day", "day": "9999-12-31"},
    ],
)
def test_wrong_days(data, as_member, post):
    page = as_member.post(save_url(post), data)
    assert page.status_code == 200 and page.context["form"].errors
    assert not SavedPost.objects.exists()


def test_the_reminder_is_sent_once_and_tells_no_text_of_what_is_not_public(as_member, member, post):
    save(as_member, post, when="tomorrow")
    assert actions.send_reminders() == 0
    make_due()
    assert (actions.send_reminders(), actions.send_reminders()) == (1, 0)
    drain()
    told = [message for message in mail.outbox if member.email in message.to]
    assert len(told) == 1 and "Marmalade" not in str(told[0].message())
    inbox = reverse("notifications:inbox")
    assert "You wanted to be reminded of a post in “Rainbow”" in as_member.get(inbox).content.decode()
    assert SavedPost.objects.get().remind_at is None


def test_what_one_may_no_longer_read_is_neither_listed_nor_reminded_of(member, as_member):
    space = factories.make_space(visibility="ask")
    factories.join(space, member)
    post = factories.make_thread(space, title="Secret").posts.get()
    save(as_member, post, when="tomorrow")
    actions.leave_space(space=space, person=member)
    make_due()
    actions.send_reminders()
    drain()
    assert "Secret" not in as_member.get(LIST).content.decode() and not mail.outbox
    assert "Secret" not in as_member.get(reverse("notifications:inbox")).content.decode()


def test_deleted_and_hidden_posts_leave_the_list(as_member, as_moderator, post):
    for reader in (as_member, as_moderator):
        save(reader, post)
    actions.hide_post(post=post, actor=None)
    for reader in (as_member, as_moderator):
        assert "Rainbow" not in reader.get(LIST).content.decode()


def test_nobody_sees_what_others_saved(as_member, post):
    save(as_member, post)
    assert "Rainbow" not in signed_in(factories.make_user()).get(LIST).content.decode()


def test_who_may_not(client, as_member, post, as_moderator):
    for url in (save_url(post), LIST):
        assert "/account/login/" in client.get(url).url
    assert "/account/login/" in save(client, post).url
    closed = factories.make_thread(factories.make_space(visibility="invited")).posts.get()
    assert save(as_member, closed).status_code == 404
    actions.hide_post(post=post, actor=None)
    assert save(as_moderator, post).status_code == 403
    assert not SavedPost.objects.exists()


def test_wrong_numbers_verbs_and_forged_requests(as_member, member, post):
    assert as_member.post(reverse("forum:save", args=[10**15]), {"when": "never"}).status_code == 404
    assert as_member.put(save_url(post)).status_code == as_member.post(LIST).status_code == 405
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(member)
    assert save(forged, post).status_code == 403
    assert not SavedPost.objects.exists()


def test_the_list_costs_the_same_whatever_it_shows(as_member, member, post):
    def asked():
        as_member.get(LIST)
        with CaptureQueriesContext(connection) as found:
            as_member.get(LIST)
        return len(found)

    actions.save_post(post=post, person=member)
    few = asked()
    for _ in range(6):
        actions.save_post(post=factories.make_thread().posts.get(), person=member)
    assert asked() == few
    for _ in range(25):
        actions.save_post(post=factories.make_thread().posts.get(), person=member)
    first = as_member.get(LIST)
    assert "Rainbow" in as_member.get(LIST + first.context["paging"]["older_url"]).content.decode()
