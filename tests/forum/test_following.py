"""Following spaces, topics, people and threads, and muting them: who is told, once, and what it gives away."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum import actions
from forum.models import Follow, Thread
from notifications import following
from notifications.models import Following, Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PAGE = "/me/following/"


def told(kind):
    drain()
    return list(
        Notification.objects.filter(event__kind=kind, channel="inbox").values_list("person__display_name", flat=True)
    )


def wish(person, key, thing, choice="follow"):
    following.set_wish(person=person, key=key, thing=thing, wish=choice)


@pytest.fixture
def people():
    return {name: factories.make_user(display_name=name) for name in ("Ann", "Bea", "Cem")}


@pytest.fixture
def space():
    return factories.make_space(visibility="ask", name="Quiet room")


@pytest.fixture
def topic():
    return factories.make_topic(name="Quince")


@pytest.fixture
def start(space, people, topic):
    """Cem starts a thread on the topic in the space."""

    def begin(**fields):
        fields = {"kind": "question", "title": "Secret", "source": "So.", "topics": [topic], **fields}
        return actions.start_thread(space=space, author=people["Cem"], **fields)

    factories.join(space, people["Cem"])
    return begin


@pytest.fixture
def reader(people, space):
    factories.join(space, people["Ann"])
    return people["Ann"]


def test_who_follows_several_things_is_told_once(start, reader, space, topic, people):
    for key, thing in (("space", space), ("topic", topic), ("person", people["Cem"])):
        wish(reader, key, thing)
    start()
    assert told("thread") == ["Ann"]


@pytest.mark.parametrize("key", ["space", "topic", "person"])
def test_nobody_hears_of_what_they_may_not_see(key, start, space, topic, people):
    """Bea is not in the space: that Cem writes there, or that something on the topic is there, stays unknown."""
    wish(people["Bea"], key, {"space": space, "topic": topic, "person": people["Cem"]}[key])
    thread = start()
    actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    assert told("thread") == told("reply") == []


def test_who_follows_a_person_hears_of_their_replies(start, reader, people):
    thread = start()
    wish(reader, "person", people["Cem"])
    actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    assert told("reply") == ["Ann"]


def test_a_post_without_a_name_says_nothing_to_those_who_follow_or_mute_its_author(start, reader, people):
    wish(reader, "person", people["Cem"])
    thread = start()
    Thread.objects.filter(pk=thread.pk).update(author=None)
    thread.posts.update(author=None)
    assert told("thread") == []
    wish(reader, "person", people["Cem"], "mute")
    actions.set_follow(thread=thread, person=reader, wanted=True)
    post = actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    thread.posts.filter(pk=post.pk).update(author=None)
    assert told("reply") == ["Ann"]


@pytest.mark.parametrize("key", ["thread", "space", "person"])
def test_what_is_muted_is_not_told_of_whatever_else_is_followed(key, start, reader, space, topic, people):
    thread = start()
    actions.set_follow(thread=thread, person=reader, wanted=True)
    for other, thing in (("space", space), ("topic", topic), ("person", people["Cem"]), ("thread", thread)):
        wish(reader, other, thing, "mute" if other == key else "follow")
    actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    if key != "thread":
        start(title="Another")
        assert told("thread") == []
    assert told("reply") == []


@pytest.mark.parametrize(("key", "number"), [("thread", 1), ("space", 1), ("person", 0)])
def test_only_a_muted_person_cannot_call(key, number, start, reader, space, people):
    thread = start()
    wish(reader, key, {"thread": thread, "space": space, "person": people["Cem"]}[key], "mute")
    actions.post_reply(thread=thread, author=people["Cem"], source="@ann look")
    assert len(told("mention")) == number


def test_a_muted_thread_stays_so_when_one_replies(start, reader, people):
    thread = start()
    wish(reader, "thread", thread, "mute")
    actions.post_reply(thread=thread, author=reader, source="Once.")
    actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    assert told("reply") == ["Cem"]
    wish(reader, "thread", thread, "follow")
    actions.post_reply(thread=thread, author=people["Cem"], source="Again.")
    assert sorted(told("reply")) == ["Ann", "Cem"]


def test_a_held_thread_is_told_of_when_it_appears(start, reader, space):
    wish(reader, "space", space)
    thread = start()
    drain()
    Notification.objects.all().delete()
    post = thread.posts.get()
    post.is_untold = True
    post.save()
    actions.hide_thread(thread=thread, actor=None)
    actions.restore_thread(thread=thread, actor=None)
    assert told("thread") == ["Ann"]


class TestButtons:
    def test_on_space_topic_and_profile(self, as_member, member, topic, people):
        space = factories.make_space(slug="nook")
        places = {
            "/community/nook/": ("space", space, "Follow this space", "Mute this space"),
            f"/people/{people['Cem'].handle}/": ("person", people["Cem"], "Follow this person", "Mute this person"),
            f"/topics/{topic.slug}/": ("topic", topic, "Follow this topic", "Mute"),
        }
        for page, (key, thing, follow, mute) in places.items():
            html = as_member.get(page).content.decode()
            address = reverse("notifications:follow", args=[key, thing.pk])
            assert follow in html and address in html and (mute in html) == (key != "topic")
            assert as_member.post(address, {"wish": "follow", "next": page}).url == page
            assert "Stop following" in as_member.get(page).content.decode()
            assert following.wish_of(member, key, thing.pk) == "follow"
            as_member.post(address, {"wish": ""})
        assert not Following.objects.exists()

    def test_of_a_thread(self, as_member, member):
        thread = factories.make_thread()
        address = reverse("forum:follow", args=[thread.pk])
        assert "Mute this thread" in as_member.get(thread.get_absolute_url()).content.decode()
        as_member.post(address, {"wanted": "yes"})
        as_member.post(address, {"wanted": "mute"})
        assert not Follow.objects.exists() and following.wish_of(member, "thread", thread.pk) == "mute"
        assert "You have muted this thread" in as_member.get(thread.get_absolute_url()).content.decode()
        as_member.post(address, {"wanted": "no"})
        assert not Following.objects.exists()

    def test_no_button_for_visitors_nor_on_ones_own_profile(self, client, as_member, member):
        space = factories.make_space(visibility="public")
        assert "Follow this" not in client.get(space.get_absolute_url()).content.decode()
        assert "Follow this" not in as_member.get(f"/people/{member.handle}/").content.decode()

    def test_who_may_not(self, client, as_member, member, space, people, forged):
        address = reverse("notifications:follow", args=["space", space.pk])
        data = {"wish": "follow"}
        assert "/account/login/" in client.post(address, data).url
        assert as_member.post(address, data).status_code == 404
        assert as_member.get(address).status_code == 405
        open_space = reverse("notifications:follow", args=["space", factories.make_space().pk])
        assert forged(member).post(open_space, data).status_code == 403
        assert as_member.post(open_space, {"wish": "adore"}).status_code == 404
        for key, pk in (("space", 10**15), ("planet", 1), ("person", member.pk)):
            assert as_member.post(reverse("notifications:follow", args=[key, pk]), data).status_code == 404
        muted = reverse("notifications:follow", args=["topic", factories.make_topic().pk])
        assert as_member.post(muted, {"wish": "mute"}).status_code == 404
        assert not Following.objects.exists()

    @pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:x", ""])
    def test_back_only_within_the_site(self, back, as_member):
        space = factories.make_space(slug="nook")
        address = reverse("notifications:follow", args=["space", space.pk])
        assert as_member.post(address, {"wish": "follow", "next": back}).url == "/community/nook/"

    def test_there_is_an_end(self, as_member, member, monkeypatch):
        monkeypatch.setattr(following, "MOST_FOLLOWED", 1)
        spaces = [factories.make_space() for _ in range(2)]
        for space in (*spaces, spaces[0]):
            as_member.post(reverse("notifications:follow", args=["space", space.pk]), {"wish": "follow"})
        assert [row.object_id for row in Following.objects.all()] == [spaces[0].pk]
        thread = factories.make_thread()
        as_member.post(reverse("forum:follow", args=[thread.pk]), {"wanted": "mute"})
        assert Following.objects.count() == 1


class TestPage:
    def test_lists_all_with_buttons_that_stop(self, as_member, member, topic, people):
        assert "You follow nothing yet" in as_member.get(PAGE).content.decode()
        space, thread = factories.make_space(name="The nook"), factories.make_thread(title="Rainbow")
        muted = factories.make_thread(title="Drizzle")
        for key, thing in (("space", space), ("topic", topic), ("person", people["Cem"]), ("thread", thread)):
            wish(member, key, thing)
        wish(member, "thread", muted, "mute")
        html = as_member.get(PAGE).content.decode()
        for words in ("The nook", "Quince", "Cem", "Rainbow", "Drizzle", "Stop muting"):
            assert words in html
        for key, thing in (("space", space), ("thread", thread), ("thread", muted)):
            address = reverse("notifications:follow", args=[key, thing.pk])
            assert address in html
            as_member.post(address, {"wish": "", "next": PAGE})
        html = as_member.get(PAGE).content.decode()
        assert not any(words in html for words in ("The nook", "Rainbow", "Drizzle"))
        assert PAGE in as_member.get("/me/").content.decode()

    def test_shows_nothing_that_one_may_no_longer_see(self, reader, space, start):
        thread = start()
        wish(reader, "space", space)
        wish(reader, "thread", thread)
        actions.leave_space(space=space, person=reader)
        html = signed_in(reader).get(PAGE).content.decode()
        assert "Secret" not in html and "Quiet room" not in html

    def test_is_ones_own(self, client, as_member, topic):
        wish(factories.make_user(), "topic", topic)
        assert "Quince" not in as_member.get(PAGE).content.decode()
        assert "/account/login/" in client.get(PAGE).url
        assert as_member.post(PAGE).status_code == 405

    def test_costs_the_same_whatever_it_shows(self, as_member, member):
        def more():
            for key, thing in (
                ("space", factories.make_space()),
                ("topic", factories.make_topic()),
                ("person", factories.make_user()),
                ("thread", factories.make_thread()),
            ):
                wish(member, key, thing)
            wish(member, "thread", factories.make_thread(), "mute")

        def asked():
            as_member.get(PAGE)
            with CaptureQueriesContext(connection) as found:
                as_member.get(PAGE)
            return len(found)

        more()
        few = asked()
        for _ in range(6):
            more()
        assert asked() == few <= 14
        for _ in range(4):
            more()
        for _ in range(20):
            wish(member, "thread", factories.make_thread())
        older = as_member.get(PAGE).context["paging"]["older_url"]
        assert "Threads</h2>" in as_member.get(PAGE + older).content.decode()


def test_rows_about_what_is_gone_are_forgotten(member, topic):
    gone = factories.make_user()
    wish(member, "person", gone)
    wish(member, "topic", topic)
    gone.delete()
    following.forget_gone()
    assert [row.kind for row in Following.objects.all()] == ["topic"]
