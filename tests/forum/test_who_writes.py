"""Who may start threads in a space and who may reply: on every way in, and said where people would write."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from forum import actions, permissions
from forum.answering import answer, read_by
from forum.forms import ThreadForm
from forum.models import Post, Space, SpaceMembership, Thread
from notifications.kinds import NotTaken
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
MEMBERS, NAMED, KEEPERS = Space.Who.values


@pytest.fixture
def cast():
    """A members' space with one thread, and people of each standing."""
    space = factories.make_space(name="The board", slug="board")
    people = {each: factories.make_user() for each in ("stranger", "joined", "named", "keeper", "invited")}
    people["moderator"] = factories.make_user("moderator")
    factories.join(space, people["joined"])
    factories.join(space, people["named"], is_named=True)
    factories.join(space, people["keeper"], is_keeper=True)
    factories.join(space, people["invited"], is_named=True, state=SpaceMembership.State.INVITED)
    return space, factories.make_thread(space, posts=2), people


def allow(space, **rules) -> Space:
    Space.objects.filter(pk=space.pk).update(**rules)
    return Space.objects.get(pk=space.pk)


EVERYBODY = {"stranger", "joined", "named", "keeper", "invited", "moderator"}
LET = {MEMBERS: EVERYBODY, NAMED: {"named", "keeper", "moderator"}, KEEPERS: {"keeper", "moderator"}}


@pytest.mark.parametrize("who", LET)
def test_predicates_lists_and_forms_say_the_same(cast, who):
    space, thread, people = cast
    thread.space = allow(space, who_starts=who, who_replies=who)
    for key, person in people.items():
        may = key in LET[who]
        assert permissions.can_start_thread(person, thread.space) is may, key
        assert permissions.can_reply(person, thread) is may, key
        assert Space.objects.writable_by(person).filter(pk=space.pk).exists() is may, key
        assert permissions.spaces_kept_by(person).filter(pk=space.pk).exists() is (key in LET[KEEPERS]), key
    assert not permissions.can_start_thread(factories.make_user(is_active=False), thread.space)


def test_only_keepers_start_and_everybody_replies(cast):
    space, thread, people = cast
    allow(space, who_starts=KEEPERS)
    client = signed_in(people["stranger"])
    page = client.get(space.get_absolute_url()).text
    assert "Only moderators and those who keep this space start threads here." in page
    assert "/community/start/?space=board" not in page
    typed = {"kind": "discussion", "space": "board", "title": "May I?", "text": "Please.", "wish": "post"}
    assert "You cannot post in that space" in client.post("/community/start/", typed).text
    assert Thread.objects.count() == 1
    client.post(reverse("forum:reply", args=[thread.pk]), {"text": "Thank you for this.", "wish": "post"})
    assert Post.objects.filter(author=people["stranger"]).count() == 1
    page = signed_in(people["keeper"]).get("/community/audience/?space=board").text
    assert "start threads here" in page


def test_nobody_but_keepers_replies(cast):
    space, thread, people = cast
    allow(space, who_replies=KEEPERS)
    client, url = signed_in(people["joined"]), reverse("forum:reply", args=[thread.pk])
    page = client.get(thread.get_absolute_url()).getvalue().decode()
    assert "Only moderators and those who keep this space reply here." in page and url not in page
    assert client.post(url, {"text": "But I would like to.", "wish": "post"}).status_code == 403
    assert client.get(url).status_code == 403
    keeper = signed_in(people["keeper"])
    assert "reply here." in keeper.get(thread.get_absolute_url()).getvalue().decode()
    assert "reply here." in keeper.get(url).text
    assert keeper.post(url, {"text": "We have an answer.", "wish": "post"}).status_code == 302


def test_replies_by_mail_keep_to_it_too(cast):
    space, thread, people = cast
    allow(space, who_replies=NAMED)
    event = type("Event", (), {"subject": Post.objects.select_related("thread__space").get(thread=thread, number=2)})()
    assert read_by(event, people["joined"]) == "" and read_by(event, people["named"])
    with pytest.raises(NotTaken, match="whom its keepers have named"):
        answer(event, people["joined"], "By e-mail.", "6f7b2c1e-1111-4e7a-9d3b-0123456789ab")


def test_keepers_name_people_and_the_log_knows(cast):
    space, _thread, people = cast
    allow(space, who_starts=NAMED)
    row = SpaceMembership.objects.get(space=space, person=people["joined"])
    url = f"/community/board/people/{row.pk}/"
    client = signed_in(people["keeper"])
    assert "Let them write" in client.get("/community/board/people/").text
    assert client.post(url, {"verdict": "writer"}).status_code == 302
    assert permissions.can_start_thread(people["joined"], Space.objects.get(pk=space.pk))
    assert Entry.objects.filter(verb="space.writer_named", detail__person=people["joined"].pk).count() == 1
    client.post(url, {"verdict": "not-writer"})
    assert not SpaceMembership.objects.get(pk=row.pk).is_named
    for key in ("stranger", "named"):
        assert signed_in(people[key]).post(url, {"verdict": "writer"}).status_code == 403
        assert signed_in(people[key]).get("/community/board/people/").status_code == 403
    allow(space, who_starts=MEMBERS)
    assert client.post(url, {"verdict": "writer"}).status_code == 403, "there is nothing to name anybody for"


def test_a_moderator_names_the_keepers_of_an_open_space(cast, as_moderator):
    space, _thread, people = cast
    row = SpaceMembership.objects.get(space=space, person=people["joined"])
    page = as_moderator.get("/community/board/people/").text
    assert "Make a keeper" in page and "Take out" not in page and "Invite somebody" not in page
    as_moderator.post(f"/community/board/people/{row.pk}/", {"verdict": "keeper"})
    assert permissions.is_keeper(people["joined"], Space.objects.get(pk=space.pk))
    assert as_moderator.post(f"/community/board/people/{row.pk}/", {"verdict": "turn-down"}).status_code == 403


def test_the_form_of_a_new_thread_costs_the_same_for_many_spaces(cast):
    _space, _thread, people = cast

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            list(ThreadForm(person=people["named"]).fields["space"].choices)
        return len(found)

    cost()  # what the person may do is read once
    before = cost()
    for _each in range(3):
        factories.join(factories.make_space(who_starts=NAMED), people["named"], is_named=True)
    assert cost() == before


def test_a_poll_is_for_those_who_may_reply(cast):
    space, thread, people = cast
    fields = {"question": "Tea?", "options": ["Yes", "No"], "is_several": False, "is_anonymous": False}
    poll = actions.save_poll(post=thread.posts.get(number=1), **fields)
    allow(space, who_replies=KEEPERS)
    choice = {"option": str(poll.options.first().pk)}
    assert signed_in(people["joined"]).post(f"/community/poll/{poll.pk}/vote/", choice).status_code == 403
