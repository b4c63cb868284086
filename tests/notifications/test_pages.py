from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import actions, context_processors, kinds
from notifications.models import Notification, Preference
from outbox.actions import drain
from tests.conftest import signed_in
from tests.factories import make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(member):
    return signed_in(member)


def unread(person):
    return Notification.objects.unread_count(person)


# The inbox


def test_an_empty_inbox_says_what_will_come(client):
    page = client.get("/inbox/").content.decode()
    assert "Nothing here yet" in page
    assert "Mark all as read" not in page


def test_a_line_leads_to_the_thing_itself(client, announce, member, thread):
    announce(member)
    page = client.get("/inbox/").content.decode()
    assert f'<a href="/community/thread/{thread.pk}/{thread.slug}/">Bea replied in Sleep at eight months</a>' in page
    assert "is-unread" in page
    assert "Secret &amp; &lt;b&gt;tender&lt;/b&gt; words." in page


def test_looking_changes_nothing(client, announce, member):
    announce(member)
    client.get("/inbox/")
    client.get("/inbox/read/")
    assert unread(member) == 1


def test_an_inbox_holds_its_owner_s_lines_only(announce, member):
    announce(make_user())
    page = signed_in(member).get("/inbox/").content.decode()
    assert "replied in" not in page


def test_what_may_not_be_seen_any_more_is_not_shown(client, announce, member, thread):
    announce(member)
    thread.hidden_at = timezone.now()
    thread.save()
    page = client.get("/inbox/").content.decode()
    assert "Sleep at eight months" not in page
    assert "What stood on this page is gone" in page


def test_a_deleted_thing_and_a_forgotten_kind_are_passed_over(client, announce, member, thread, monkeypatch):
    announce(member)
    other = make_thread(posts=0, title="Another one")
    announce(member, about=other)
    thread.delete()
    page = client.get("/inbox/").content.decode()
    assert "Another one" in page and "Sleep" not in page
    monkeypatch.setattr(kinds, "_kinds", {})
    assert client.get("/inbox/").status_code == 200


@pytest.mark.postgres
def test_pages_of_the_inbox(client, announce, member):
    for number in range(23):
        announce(member, about=make_thread(posts=0, title=f"Thread no {number};"))
    first = client.get("/inbox/")
    assert len(first.context["items"]) == 20
    assert "Thread no 22;" in first.content.decode()
    second = client.get("/inbox/" + first.context["older_url"])
    assert [item.description.title for item in second.context["items"]] == [
        f"Bea replied in Thread no {number};" for number in (2, 1, 0)
    ]
    assert 'rel="next"' in first.content.decode() and 'rel="next"' not in second.content.decode()
    back = client.get("/inbox/" + second.context["newer_url"])
    assert [item.notification.pk for item in back.context["items"]] == [
        item.notification.pk for item in first.context["items"]
    ]
    assert client.get("/inbox/?cursor=%00evil").status_code == 200


@pytest.mark.postgres
def test_the_inbox_costs_the_same_whatever_it_shows(client, announce, member):
    announce(member)
    client.get("/inbox/")
    with CaptureQueriesContext(connection) as one:
        client.get("/inbox/")
    for _ in range(15):
        announce(member, about=make_thread(posts=0))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/inbox/")
    assert len(page.context["items"]) == 16
    assert len(many) == len(one) <= 10


def test_unread_lines_about_one_conversation_are_one(client, kind, announce, told, member):
    kinds.register(replace(kind, bundle="thread"))
    threads = make_thread(posts=0), make_thread(posts=0)
    told.append(member.pk)
    for number in (0, 1, 0, 0):
        actions.announce(kind="reply", actor=None, subject=threads[number], data={"thread": threads[number].pk})
    drain()
    items = client.get("/inbox/").context["items"]
    assert [len(item.others) for item in items] == [2, 0]
    assert "and 2 more about this" in client.get("/inbox/").content.decode()
    kinds.register(replace(kind, bundle="thread", together="Several replies"))
    whole = client.get("/inbox/").content.decode()
    assert "Several replies" in whole and "Show each" in whole and "and 2 more about this" not in whole
    other = make_user()
    assert signed_in(other).post("/inbox/read/", {"notification": items[0].numbers}).status_code == 404
    assert client.post("/inbox/read/", {"notification": f"{items[0].numbers},999999"}).status_code == 404
    assert unread(member) == 4
    client.post("/inbox/read/", {"notification": items[0].numbers})
    assert unread(member) == 1
    assert [len(item.others) for item in client.get("/inbox/").context["items"]] == [0, 0, 0, 0]


def test_the_inbox_is_for_members_and_is_not_kept_by_browsers(client):
    answer = Client().get("/inbox/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
    assert "no-store" in client.get("/inbox/")["Cache-Control"]
    assert client.post("/inbox/").status_code == 405


# Marking as read


def test_all_that_the_page_showed_is_marked_and_nothing_newer(client, announce, member):
    announce(member)
    announce(member)
    newest = client.get("/inbox/").context["newest"]
    announce(member)
    answer = client.post("/inbox/read/", {"until": newest}, follow=True)
    assert answer.redirect_chain == [("/inbox/", 302)]
    assert unread(member) == 1


def test_one_line_is_marked(client, announce, member):
    announce(member)
    announce(member)
    line = Notification.objects.inbox_of(member).latest("pk")
    client.post("/inbox/read/", {"notification": line.pk})
    line.refresh_from_db()
    assert line.read_at
    assert unread(member) == 1


def test_somebody_else_s_line_is_not_found(client, announce, member):
    other = make_user()
    announce(other)
    line = Notification.objects.inbox_of(other).get()
    assert client.post("/inbox/read/", {"notification": line.pk}).status_code == 404
    client.post("/inbox/read/", {"until": line.pk})
    assert unread(other) == 1


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "١", "1 OR 1=1", "999999"])
def test_a_bad_id_is_not_found(client, announce, member, value):
    announce(member)
    assert client.post("/inbox/read/", {"notification": value}).status_code == 404
    assert unread(member) == 1


def test_marking_everything_needs_a_number(client, announce, member):
    announce(member)
    assert client.post("/inbox/read/").status_code == 404
    assert unread(member) == 1


def test_marking_needs_a_post_a_member_and_a_token(announce, member, forged):
    announce(member)
    data = {"until": 10**9}
    assert signed_in(member).get("/inbox/read/", data).status_code == 405
    assert Client().post("/inbox/read/", data).status_code == 302
    assert forged(member).post("/inbox/read/", data).status_code == 403
    assert unread(member) == 1


# What the header says


@pytest.mark.postgres
def test_the_header_counts_what_is_unread(client, announce, member, settings):
    announce(member)
    announce(member)
    page = client.get("/inbox/").content.decode()
    assert '<span class="visually-hidden">, 2 unread</span>' in page


def test_the_count_is_one_statement_asked_only_when_shown(member, announce, django_assert_num_queries):
    announce(member)
    request = RequestFactory().get("/")
    request.user = member
    with django_assert_num_queries(0):
        context = context_processors.inbox(request)
    with django_assert_num_queries(1):
        assert Template("{{ unread_count }} {{ unread_count }}").render(Context(context)) == "1 1"
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        assert not context_processors.inbox(request)["unread_count"]


def test_the_home_page_can_show_what_needs_somebody(member, announce, kind, thread, django_assert_num_queries):
    kinds.register(replace(kind, asks=True))
    source = "{% load notifications_tags %}{% needs_you user 2 as items %}"
    source += "{% for item in items %}[{{ item.description.title }}]{% endfor %}"
    for number in range(3):
        announce(member, about=make_thread(posts=0, title=f"No {number}"))
    rendered = Template(source).render(Context({"user": member}))
    assert rendered == "[Bea replied in No 2][Bea replied in No 1]"
    kinds.register(kind)
    assert Template(source).render(Context({"user": member})) == ""  # news, which waits for nobody
    kinds.register(replace(kind, asks=True))
    Notification.objects.inbox_of(member).mark_read()
    assert Template(source).render(Context({"user": member})) == ""
    with django_assert_num_queries(0):
        assert Template(source).render(Context({"user": AnonymousUser()})) == ""


# Preferences


def test_the_table_shows_the_defaults_and_what_was_chosen(client, kind, member):
    Preference.objects.create(person=member, kind="reply", channel="email", wanted=False)
    form = client.get("/me/notifications/").context["form"]
    assert [box.value() for row in form.rows() for box in row["boxes"]] == [True, False]


@pytest.mark.postgres
def test_choices_are_kept(client, kind, member):
    answer = client.post("/me/notifications/", {"reply-email": "on"}, follow=True)
    assert "From now on we tell you what you chose." in answer.content.decode()
    chosen = dict(Preference.objects.filter(person=member).values_list("channel", "wanted"))
    assert chosen == {"inbox": False, "email": True}
    client.post("/me/notifications/", {})
    assert set(Preference.objects.values_list("wanted", flat=True)) == {False}


def test_what_does_not_apply_to_a_person_is_not_offered(client, kind, member):
    kinds.register(replace(kind, key="urgent", applies_to=lambda person: person.is_moderator))
    assert len(client.get("/me/notifications/").context["form"].rows()) == 1
    client.post("/me/notifications/", {"urgent-email": "on"})
    assert set(Preference.objects.values_list("kind", flat=True)) == {"reply"}


def test_unknown_fields_are_passed_over(client, kind, member):
    client.post("/me/notifications/", {"evil-email": "on", "reply-pigeon": "on"})
    assert set(Preference.objects.values_list("kind", "channel")) == {("reply", "inbox"), ("reply", "email")}


def test_preferences_are_for_members_by_post_with_a_token(client, kind, member, forged):
    assert Client().post("/me/notifications/", {}).status_code == 302
    assert forged(member).post("/me/notifications/", {}).status_code == 403
    assert client.put("/me/notifications/").status_code == 405
    assert not Preference.objects.exists()


def test_the_preferences_cost_the_same_whatever_they_show(client, kind, member):
    client.get("/me/notifications/")
    with CaptureQueriesContext(connection) as one:
        client.get("/me/notifications/")
    for number in range(9):
        kinds.register(replace(kind, key=f"kind-{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get("/me/notifications/")
    assert len(many) == len(one)
