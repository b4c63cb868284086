"""Lists of threads: latest, new to me, unanswered, most helpful; for one space and over all."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.models import Thread
from notifications import following
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LISTS = ["/community/new/", "/community/nook/"]


@pytest.fixture
def space():
    return factories.make_space(slug="nook", visibility="public")


def titles(client, address, show):
    return [row["title"] for row in client.get(address, {"show": show}).context["threads"]]


@pytest.mark.parametrize("address", LISTS)
def test_new_to_me_leaves_out_what_is_read_muted_or_old(address, space, as_member, member):
    long_ago = timezone.now() - dt.timedelta(days=100)
    type(member).objects.update(date_joined=long_ago)
    threads = {name: factories.make_thread(space, title=name) for name in ("new", "read", "muted")}
    factories.make_thread(space, title="old", last_post_at=timezone.now() - dt.timedelta(days=95))
    factories.make_thread(factories.make_space(visibility="invited"), title="unseen")
    actions.mark_read(thread=threads["read"], person=member, number=1)
    actions.set_thread_wish(thread=threads["muted"], person=member, wish="mute")
    assert titles(as_member, address, "unread") == ["new"]
    following.set_wish(person=member, key="space", thing=space, wish="mute")
    assert titles(as_member, "/community/new/", "unread") == []


@pytest.mark.parametrize("address", LISTS)
def test_unanswered(address, space, as_member):
    assert "Show all threads" in as_member.get(address, {"show": "unanswered"}).content.decode()
    factories.make_thread(space, title="waits", kind="question")
    factories.make_thread(space, title="chat", kind="discussion")
    factories.make_thread(space, title="answered", kind="question", posts=2)
    assert titles(as_member, address, "unanswered") == ["waits"]


@pytest.mark.parametrize("address", LISTS)
def test_most_helpful_first_over_all_pages(address, space, as_member):
    assert "Show all threads" in as_member.get(address, {"show": "helpful"}).content.decode()
    for number in range(30):
        factories.make_thread(space, title=str(number), helpful=number // 2)
    first = as_member.get(address, {"show": "helpful"})
    assert "thanked 14 times" in first.content.decode()
    second = as_member.get(address + first.context["paging"]["older_url"])
    found = [row["title"] for page in (first, second) for row in page.context["threads"]]
    assert found == [str(number) for number in range(29, 1, -1)]


def test_a_visitor_has_no_new_to_me(client, space):
    factories.make_thread(space, title="one")
    page = client.get("/community/nook/", {"show": "unread"})
    assert [row["title"] for row in page.context["threads"]] == ["one"]
    assert "New to me" not in page.content.decode()


def test_lists_over_all_cost_the_same_whatever_they_show(as_member, space):
    for show in ("", "unread", "unanswered", "helpful"):

        def asked(show=show):
            as_member.get("/community/new/", {"show": show})
            with CaptureQueriesContext(connection) as found:
                assert as_member.get("/community/new/", {"show": show}).context["threads"]
            return len(found)

        factories.make_thread(space, kind="question", helpful=1)
        few = asked()
        for _ in range(6):
            factories.make_thread(space, kind="question", helpful=1)
        assert asked() == few <= 14


def helpful():
    return dict(Thread.objects.values_list("title", "helpful"))


def test_thanks_are_counted_as_posts_come_and_go(space):
    person, other = factories.make_user(), factories.make_user()
    thread = factories.make_thread(space, title="a", posts=3)
    post = thread.posts.get(number=2)
    for who in (person, other):
        actions.set_reaction(post=post, person=who, kind="thanks", wanted=True)
    actions.set_reaction(post=post, person=person, kind="same", wanted=True)
    actions.set_reaction(post=post, person=other, kind="thanks", wanted=False)
    actions.set_reaction(post=thread.posts.get(number=1), person=person, kind="thanks", wanted=True)
    assert helpful() == {"a": 2}
    actions.hide_post(post=post, actor=None)
    assert helpful() == {"a": 1}
    actions.restore_post(post=post, actor=None)
    made = actions.split_thread(thread=thread, posts=[post], title="b", actor=person)
    assert helpful() == {"a": 1, "b": 1}
    actions.undo(made=made, actor=person)
    assert helpful()["a"] == 2
    Thread.objects.update(helpful=7)
    call_command("recount_forum", verbosity=0)
    assert helpful() == {"a": 2, "b": 0}
