"""An author asks for a second look; somebody who did not decide before gives it, once."""

import pytest
from django.test import Client

from audit.models import Entry
from forum.models import Post
from moderation import actions, desk
from moderation.actions import Seen
from moderation.models import Appeal, Decision, Outsider
from notifications.models import Event
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def decision(moderator, post) -> Decision:
    """The moderator has hidden the post."""
    return actions.hide(subject=post, actor=moderator, reason="It is unkind.", seen=Seen())


@pytest.fixture
def other(db):
    """A second moderator."""
    return factories.make_user("moderator")


@pytest.fixture
def appeal(decision) -> Appeal:
    return actions.appeal(decision=decision, author=decision.author, text="It was a quotation.")


def ask(client, decision, **typed):
    return client.post(f"/decision/{decision.pk}/appeal/", {"text": "It was a quotation.", **typed})


def answer(client, appeal, **typed):
    return client.post(f"/appeal/{appeal.pk}/", {"answer": "You are right.", "verdict": "show", **typed})


def is_hidden(post) -> bool:
    return Post.objects.get(pk=post.pk).hidden_at is not None


def test_the_author_asks_on_the_decisions_page(decision):
    client = signed_in(decision.author)
    url = decision.get_absolute_url()
    assert "Is this decision wrong?" in client.get(url).content.decode()
    assert ask(client, decision).url == url
    html = client.get(url).content.decode()
    assert "It was a quotation." in html and "Is this decision wrong?" not in html
    assert Entry.objects.filter(verb="moderation.appeal").count() == 1


def test_an_empty_appeal_says_what_is_missing(decision):
    html = ask(signed_in(decision.author), decision, text=" ").content.decode()
    assert "Say in a sentence why it is wrong." in html
    assert not Appeal.objects.exists()


def test_it_can_be_asked_once(decision):
    client = signed_in(decision.author)
    ask(client, decision)
    assert ask(client, decision).status_code == 403
    with pytest.raises(actions.AlreadyDecidedError):
        actions.appeal(decision=decision, author=decision.author, text="Again.")
    assert Appeal.objects.count() == 1


def test_only_against_the_newest_hiding_of_ones_own_words(as_member, decision, moderator, post):
    assert ask(as_member, decision).status_code == 404
    actions.restore(subject=post, actor=moderator, reason="Fine.", seen=Seen(decision.pk))
    assert ask(signed_in(decision.author), decision).status_code == 403
    assert not Appeal.objects.exists()


def test_another_moderator_finds_it_on_the_desk_and_shows_it_again(appeal, other, post):
    client = signed_in(other)
    assert [item.url for item in desk.appeals(other)] == [appeal.get_absolute_url()]
    html = client.get(appeal.get_absolute_url()).content.decode()
    assert "It is unkind." in html and "It was a quotation." in html and post.source in html
    assert answer(client, appeal).url == "/desk/"
    appeal.refresh_from_db()
    assert (appeal.state, appeal.heard_by, is_hidden(post)) == ("granted", other, False)
    assert Decision.objects.latest("pk").verb == "restore"
    assert desk.appeals(other) == []


def test_or_leaves_it_hidden_and_both_sides_hear_why(appeal, other, moderator, post):
    answer(signed_in(other), appeal, verdict="keep", answer="It names the street.")
    drain()
    assert is_hidden(post)
    author = signed_in(appeal.decision.author)
    assert "It names the street." in author.get(appeal.decision.get_absolute_url()).content.decode()
    for person in (appeal.decision.author, moderator):
        assert "it stays hidden" in signed_in(person).get("/inbox/").content.decode()


def test_whoever_hid_it_does_not_hear_it(appeal, moderator):
    client = signed_in(moderator)
    assert client.get(appeal.get_absolute_url()).status_code == 404
    assert answer(client, appeal).status_code == 404
    assert desk.appeals(moderator) == []


def test_neither_does_the_author_nor_anybody_else(appeal, client, as_member):
    url = appeal.get_absolute_url()
    assert signed_in(appeal.decision.author).get(url).status_code == 404
    assert as_member.get(url).status_code == 404
    assert answer(as_member, appeal).status_code == 404
    assert client.get(url).status_code == 302
    appeal.refresh_from_db()
    assert appeal.state == "open"


def test_a_moderator_who_wrote_it_does_not_hear_it(moderator, other, post):
    Post.objects.filter(pk=post.pk).update(author=other)
    post.refresh_from_db()
    decision = actions.hide(subject=post, actor=moderator, reason="No.", seen=Seen())
    made = actions.appeal(decision=decision, author=other, text="Yes.")
    assert signed_in(other).get(made.get_absolute_url()).status_code == 404
    assert desk.appeals(other) == []


def test_where_only_one_moderator_is_there_the_outsider_hears(decision, member):
    Outsider.objects.create(person=member)
    made = actions.appeal(decision=decision, author=decision.author, text="It was a quotation.")
    drain()
    client = signed_in(member)
    assert "Somebody asks for a second look" in client.get("/inbox/").content.decode()
    assert client.get(made.get_absolute_url()).status_code == 200
    assert Entry.objects.filter(verb="moderation.appeal.read").count() == 1
    assert answer(client, made).url == made.get_absolute_url()
    assert "You are right." in client.get(made.get_absolute_url()).content.decode()


def test_with_another_moderator_the_outsider_is_not_told(decision, member, other):
    Outsider.objects.create(person=member)
    actions.appeal(decision=decision, author=decision.author, text="It was a quotation.")
    drain()
    assert "second look" not in signed_in(member).get("/inbox/").content.decode()
    assert "second look" in signed_in(other).get("/inbox/").content.decode()
    assert Event.objects.filter(kind="appeal_received").count() == 1


def test_with_another_moderator_the_outsider_reads_none(appeal, member, other):
    Outsider.objects.create(person=member)
    client = signed_in(member)
    assert client.get(appeal.get_absolute_url()).status_code == 404
    other.is_active = False
    other.save()
    assert client.get(appeal.get_absolute_url()).status_code == 200


def test_two_who_answer_do_it_once(appeal, other, post):
    client = signed_in(other)
    answer(client, appeal)
    assert answer(client, appeal, verdict="keep").status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, is_hidden(post)) == ("granted", False)
    with pytest.raises(actions.AlreadyDecidedError):
        actions.hear(appeal=appeal, actor=other, grant=False, answer="No.")


def test_an_answer_without_a_reason_or_a_verdict_is_asked_for_again(appeal, other):
    client = signed_in(other)
    assert "Give both sides a reason." in answer(client, appeal, answer="").content.decode()
    assert answer(client, appeal, verdict="burn").status_code == 200
    appeal.refresh_from_db()
    assert appeal.state == "open"


def test_what_was_deleted_since_can_only_be_closed(appeal, other, post):
    post.delete()
    client = signed_in(other)
    assert "nothing to show again" in client.get(appeal.get_absolute_url()).content.decode()
    assert answer(client, appeal, verdict="keep").status_code == 302


def test_wrong_numbers_verbs_and_forged_requests(decision, appeal, other):
    client = signed_in(other)
    assert client.get(f"/decision/{decision.pk}/appeal/").status_code == 405
    assert client.get("/appeal/999999999999/").status_code == 404
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(other)
    assert answer(forged, appeal).status_code == 403


def test_the_desk_asks_the_same_for_one_appeal_and_for_many(other, moderator, django_assert_num_queries):
    thread = factories.make_thread()
    for _ in range(3):
        decision = actions.hide(subject=factories.make_post(thread), actor=moderator, reason="No.", seen=Seen())
        actions.appeal(decision=decision, author=decision.author, text="Yes.")
    assert other.is_moderator
    with django_assert_num_queries(1):
        assert len(desk.appeals(other)) == 3
