"""Who is told of what, and that nobody is told of what they may not see."""

import pytest

from accounts.models import User
from forum import actions
from forum import notifications as ours
from forum.models import Post, Space, SpaceMembership, Thread
from notifications import kinds
from notifications.models import Event, Notification, Preference
from notifications.reading import describe
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in


def told(kind):
    drain()
    rows = Notification.objects.filter(event__kind=kind, channel="inbox")
    return set(rows.values_list("person__display_name", flat=True))


@pytest.fixture
def people(db):
    return {name: factories.make_user(display_name=name) for name in ("Ann", "Bea", "Cem", "Dan")}


@pytest.fixture
def thread(people):
    space = factories.make_space(visibility="ask", name="Quiet room")
    for name in ("Ann", "Bea", "Cem"):
        factories.join(space, people[name])
    return actions.start_thread(
        space=space, author=people["Ann"], kind="question", title="About one family", source="So."
    )


def test_replies_reach_followers_but_not_their_author(thread, people):
    actions.set_follow(thread=thread, person=people["Bea"], wanted=True)
    actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    assert told("reply") == {"Ann", "Bea"}


def test_who_has_left_the_space_hears_nothing(thread, people):
    actions.leave_space(space=thread.space, person=people["Ann"])
    actions.post_reply(thread=thread, author=people["Cem"], source="Yes.")
    assert told("reply") == set()


def test_mentions_reach_only_those_who_may_read_it(thread, people):
    actions.post_reply(thread=thread, author=people["Cem"], source="@ann @bea @dan @nobody look.")
    assert told("mention") == {"Ann", "Bea"}
    # Ann follows the thread, and hears of one post once.
    assert told("reply") == set()


def test_the_one_who_helped_hears_of_it(thread, people):
    post = actions.post_reply(thread=thread, author=people["Bea"], source="Try this.")
    actions.choose_answer(thread=thread, post=post, actor=people["Ann"])
    assert told("answer_chosen") == {"Bea"}


def test_nobody_hears_of_what_is_hidden(thread, people):
    post = actions.post_reply(thread=thread, author=people["Bea"], source="Bad.")
    actions.hide_post(post=post, actor=people["Cem"])
    assert told("reply") == set()
    event = Event.objects.get(kind="reply")
    actions.restore_post(post=post, actor=people["Cem"])
    assert describe(event, people["Ann"]) is not None
    Thread.objects.update(hidden_at=post.created_at)
    for person in (people["Ann"], factories.make_user("moderator")):
        assert describe(event, person) is None


def test_only_public_words_are_public(thread, people):
    actions.post_reply(thread=thread, author=people["Bea"], source="Yes, **really**.")
    event = Event.objects.get(kind="reply")
    found = describe(event, people["Ann"])
    assert (found.title, found.text) == ("Bea replied in “About one family”", "Yes, really.")
    assert found.url == f"/community/post/{Post.objects.last().pk}/"
    assert not found.is_public
    Space.objects.update(visibility="public")
    assert describe(event, people["Ann"]).is_public


def test_join_requests_reach_keepers_else_moderators(thread, people):
    moderator = factories.make_user("moderator", display_name="Mo")
    factories.make_user("moderator", display_name="Gone", is_active=False)
    administrator = factories.make_user("administrator", display_name="Ada")
    membership = actions.ask_to_join(space=thread.space, person=people["Dan"], message="Please")
    assert told("join_request") == {"Mo", "Ada"}
    SpaceMembership.objects.filter(person=people["Ann"]).update(is_keeper=True)
    assert set(ours.membership.keepers(Event.objects.get(kind="join_request"))) == {people["Ann"].pk}
    everybody = (moderator, administrator, *people.values())
    offered = [who for who in everybody if kinds.get("join_request") in kinds.for_person(who)]
    assert offered == [moderator, administrator, people["Ann"]]
    actions.let_in(membership=membership, actor=moderator)
    assert told("let_in") == {"Dan"}
    assert describe(Event.objects.get(kind="join_request"), moderator) is None


def test_invitations_until_they_are_taken(thread, people):
    actions.invite(space=thread.space, person=people["Dan"], actor=people["Ann"])
    assert told("invited") == {"Dan"}
    event = Event.objects.get(kind="invited")
    assert describe(event, people["Dan"]).title == "Ann invites you to Quiet room"
    assert describe(event, people["Bea"]) is None
    actions.join_space(space=thread.space, person=people["Dan"])
    assert describe(event, people["Dan"]) is None


def test_every_kind_is_known():
    from notifications import kinds

    assert all(kinds.get(kind.key) is kind for kind in ours.KINDS)


def test_no_address_in_an_e_mail_says_what_is_not_public(thread, people, mailoutbox):
    """An address of a thread holds its title, and one of a space its name."""
    space, keeper = thread.space, factories.make_user()
    Space.objects.filter(pk=space.pk).update(slug="quiet-room")
    space.refresh_from_db()
    factories.join(space, keeper, is_keeper=True)
    other = factories.make_space(visibility="ask", name="Other room", slug="other-room")
    for person in (people["Ann"], people["Bea"]):
        factories.join(other, person)
    keys = ["poll_closed", "rearranged", "join_request", "let_in", "invited", "turned_down"]
    Preference.objects.bulk_create(
        Preference(person=person, kind=key, channel="email", wanted=True)
        for key in keys
        for person in User.objects.all()
    )
    poll = actions.save_poll(post=thread.opening, question="Tea?", options=["Yes", "No"])
    actions.close_poll(poll=poll, actor=keeper)
    actions.move_thread(thread=thread, space=other, actor=keeper)
    asked = actions.ask_to_join(space=space, person=people["Dan"])
    drain()
    actions.let_in(membership=asked, actor=keeper)
    actions.invite(space=space, person=factories.make_user(), actor=keeper)
    refused = actions.ask_to_join(space=space, person=factories.make_user())
    actions.turn_down(membership=refused, actor=keeper)
    drain()
    letters = "".join(str(message.message()) for message in mailoutbox)
    assert {row.event.kind for row in Notification.objects.filter(sent_at__isnull=False)} >= set(keys)
    assert not [word for word in ("about-one-family", "quiet-room", "other-room", "Tea?") if word in letters]


def test_a_space_is_found_by_its_number_by_those_who_may_know_of_it(thread, people):
    Space.objects.filter(pk=thread.space_id).update(visibility="invited", slug="quiet-room")
    url = f"/community/space/{thread.space_id}/"
    assert signed_in(people["Dan"]).get(url).status_code == 404
    assert signed_in(people["Ann"]).get(url).url == "/community/quiet-room/"
    assert signed_in(people["Ann"]).get(f"{url}?show=people").url == "/community/quiet-room/people/"
    assert signed_in(people["Ann"]).post(url).status_code == 405


def test_a_name_that_is_taken_out_and_put_in_again_calls_once(thread, people):
    post = actions.post_reply(thread=thread, author=people["Cem"], source="@bea look.")
    for words in ("Look.", "@bea look again.", "Look.", "@ann @bea and again."):
        post = actions.edit_post(post=post, editor=people["Cem"], source=words)
    drain()
    calls = Notification.objects.filter(event__kind="mention", channel="inbox")
    assert sorted(calls.values_list("person__display_name", flat=True)) == ["Ann", "Bea"]


def test_who_asks_again_and_again_is_heard_three_times_a_day(thread, people):
    client, url = signed_in(people["Dan"]), f"/community/{thread.space.slug}"
    for _ in range(5):
        client.post(f"{url}/join/", {"message": "Please."})
        client.post(f"{url}/leave/")
    assert Event.objects.filter(kind="join_request").count() == 3
