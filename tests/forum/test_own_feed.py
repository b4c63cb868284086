"""One's own feed behind a secret address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum import actions
from forum.models import FeedKey
from notifications import following
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PAGE = "/me/feed/"


def address(person):
    return f"/feeds/{FeedKey.objects.get(person=person).key}/"


@pytest.fixture
def feed(member):
    actions.set_feed(person=member, wanted=True)
    return address(member)


def test_made_made_anew_and_stopped(as_member, member, client):
    assert "You have no feed" in as_member.get(PAGE).content.decode()
    as_member.post(PAGE, {"wish": "new"})
    old = address(member)
    assert old in as_member.get(PAGE).content.decode()
    assert client.get(old).headers["Content-Type"].startswith("application/atom+xml")
    as_member.post(PAGE, {"wish": "new"})
    assert client.get(old).status_code == 404
    new = address(member)
    assert client.get(new).status_code == 200
    as_member.post(PAGE, {"wish": "stop"})
    assert client.get(new).status_code == 404
    assert PAGE in as_member.get("/me/following/").content.decode()


@pytest.mark.parametrize("key", ["thread", "space", "topic", "person"])
def test_holds_what_is_followed_each_once_and_nothing_else(key, feed, member, client):
    space, topic = factories.make_space(visibility="public"), factories.make_topic()
    thread = factories.make_thread(space, title="Rain & wind", text="Soft words")
    thread.topics.add(topic, factories.make_topic())
    factories.make_thread(factories.make_space(visibility="public"), title="Elsewhere")
    things = {"thread": thread, "space": space, "topic": topic, "person": thread.author}
    following.set_wish(person=member, key=key, thing=things[key], wish="follow")
    answer = client.get(feed)
    text = answer.content.decode()
    assert text.count("<entry>") == 1 and "Rain &amp;amp; wind" in text and "Soft words" in text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    actions.set_thread_wish(thread=thread, person=member, wish="mute")
    assert "<entry>" not in client.get(feed).content.decode()


def test_what_is_not_public_is_a_link_without_words(feed, member, client):
    thread = factories.make_thread(title="Secret", slug="secret", text="Secret words")
    actions.set_follow(thread=thread, person=member, wanted=True)
    text = client.get(feed).content.decode()
    assert f"/community/post/{thread.posts.get().pk}/" in text
    assert "secret" not in text.lower() and thread.author.display_name not in text


@pytest.mark.parametrize(("visibility", "title"), [("members", "A question about Sleep"), ("ask", "New where not")])
def test_of_what_every_member_reads_it_says_what_it_is_about(visibility, title, feed, member, client):
    thread = factories.make_thread(factories.make_space(visibility=visibility), kind="question")
    factories.join(thread.space, member)
    thread.topics.add(factories.make_topic(name="Sleep"))
    actions.set_follow(thread=thread, person=member, wanted=True)
    assert f"<title>{title}" in client.get(feed).content.decode()


def test_ends_with_the_right_to_see(feed, member, client):
    space = factories.make_space(visibility="ask")
    factories.join(space, member)
    actions.set_follow(thread=factories.make_thread(space), person=member, wanted=True)
    assert "<entry>" in client.get(feed).content.decode()
    actions.leave_space(space=space, person=member)
    assert "<entry>" not in client.get(feed).content.decode()
    member.groups.clear()
    assert client.get(feed).status_code == 404
    type(member).objects.update(is_active=False)
    assert client.get(feed).status_code == 404


def test_who_may_not(client, as_member, member, forged):
    assert "/account/login/" in client.get(PAGE).url
    assert forged(member).post(PAGE, {"wish": "new"}).status_code == 403
    assert as_member.put(PAGE).status_code == 405
    assert not FeedKey.objects.exists()
    for key in ("x", "%00", "a" * 3000):
        assert client.get(f"/feeds/{key}/").status_code == 404


def test_costs_the_same_whatever_it_holds(feed, member, client):
    def asked():
        client.get(feed)
        with CaptureQueriesContext(connection) as found:
            client.get(feed)
        return len(found)

    def more():
        actions.set_follow(thread=factories.make_thread(), person=member, wanted=True)

    more()
    few = asked()
    for _ in range(6):
        more()
    assert asked() == few <= 6
