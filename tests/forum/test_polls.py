"""Polls: written, voted in, closed; who sees which numbers; what of an anonymous one is kept nowhere."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import privacy
from forum import actions
from forum.models import Poll, PollVote, Post, Thread
from forum.polls import polls_of
from moderation.models import Decision
from notifications.models import Event
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in
from web.signals import content_changed

pytestmark = pytest.mark.django_db

ANSWERS = ["Monday", "Tuesday", "Never"]


def make_poll(space=None, *, author=None, **fields):
    thread = factories.make_thread(space or factories.make_space(), author=author)
    options = fields.pop("options", ANSWERS)
    return actions.save_poll(post=thread.posts.get(), question="Which day?", options=options, **fields)


@pytest.fixture
def poll(db):
    return make_poll()


def numbers(poll):
    poll.refresh_from_db()
    return poll.voter_count, list(poll.options.values_list("vote_count", flat=True))


def ids(poll):
    return list(poll.options.values_list("pk", flat=True))


def url_of(poll, name="vote"):
    return reverse(f"forum:{name}", args=[poll.pk])


def shown(poll, user):
    return polls_of([poll.post_id], user)[poll.post_id]


def typed(**fields):
    return {"poll_question": "Which day?", "poll_options": "Monday\r\n\r\n Tuesday ", **fields}


def test_one_vote_changed_and_taken_back(poll, member, as_member):
    first, second, _third = ids(poll)
    as_member.post(url_of(poll), {"option": first})
    as_member.post(url_of(poll), {"option": first})
    assert numbers(poll) == (1, [1, 0, 0])
    as_member.post(url_of(poll), {"option": second})
    assert numbers(poll) == (1, [0, 1, 0]) and PollVote.objects.get().person == member
    as_member.post(url_of(poll), {"wish": "back"})
    as_member.post(url_of(poll), {"wish": "back"})
    assert numbers(poll) == (0, [0, 0, 0]) and not PollVote.objects.exists()


def test_several_answers(as_member):
    poll = make_poll(is_several=True)
    first, second, third = ids(poll)
    as_member.post(url_of(poll), {"option": [first, second]})
    as_member.post(url_of(poll), {"option": [second, third]})
    assert numbers(poll) == (1, [0, 1, 1])


def test_what_is_no_answer_of_the_poll_changes_nothing(poll, member, as_member):
    other = make_poll()
    for wanted in ([], ["x"], ids(other)[:1], ids(poll)[:2], ["9" * 40]):
        answer = as_member.post(url_of(poll), {"option": wanted}, follow=True)
        assert "Choose" in answer.text
    assert numbers(poll) == (0, [0, 0, 0])
    for options in (ids(other)[:1], ids(poll)[:2]):
        with pytest.raises(ValueError):
            actions.vote(poll=poll, person=member, options=options)


def test_who_may_vote(poll, client, as_member, forged, member):
    url, data = url_of(poll), {"option": ids(poll)[0]}
    assert client.post(url, data).status_code == 302 and forged(member).post(url, data).status_code == 403
    assert as_member.get(url).status_code == 405
    assert as_member.post(reverse("forum:vote", args=[999]), data).status_code == 404
    closed = make_poll(factories.make_space(visibility="ask"))
    assert as_member.post(url_of(closed), {"option": ids(closed)[0]}).status_code == 404
    Thread.objects.update(is_locked=True)
    assert as_member.post(url, data).status_code == 403
    assert numbers(poll) == numbers(closed) == (0, [0, 0, 0])


def test_nobody_votes_when_it_is_closed(poll, as_member):
    Poll.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    assert "closed" in as_member.post(url_of(poll), {"option": ids(poll)[0]}, follow=True).text
    assert numbers(poll) == (0, [0, 0, 0])


@pytest.mark.parametrize("results", ["voting", "closing"])
def test_when_the_numbers_are_shown(results, client, member, as_member):
    poll = make_poll(factories.make_space(visibility="public"), results=results)
    thread_url = poll.post.thread.get_absolute_url()
    actions.vote(poll=poll, person=factories.make_user(), options=ids(poll)[:1])
    starter = poll.post.author
    for reader in (AnonymousUser(), member, starter, factories.make_user("moderator")):
        assert not shown(poll, reader).shows_results and [each.votes for each in shown(poll, reader).answers] == [0] * 3
    as_member.post(url_of(poll), {"option": ids(poll)[1]})
    assert shown(poll, member).shows_results == (results == "voting") == ("<progress" in as_member.get(thread_url).text)
    seen = client.get(thread_url).text
    assert "<progress" not in seen and ("shown to those who have voted" in seen) == (results == "voting")
    actions.close_poll(poll=poll, actor=starter)
    text = client.get(thread_url).text
    assert text.count("<progress") == 3 and text.count("1 vote, 50%") == 2
    assert 'name="option"' not in as_member.get(thread_url).text


def test_of_an_anonymous_poll_nobody_sees_who_chose_what():
    poll = make_poll(is_anonymous=True)
    people = [factories.make_user() for _ in range(5)]
    for person in people:
        actions.vote(poll=poll, person=person, options=ids(poll)[:1])
    assert not PollVote.objects.filter(person__isnull=False).exists()
    assert shown(poll, people[0]).has_voted and not shown(poll, people[0]).shows_results
    assert list(privacy.everything_about(people[0])["votes"]) == []
    moderator = factories.make_user("moderator", "administrator")
    assert not PollVote.objects.visible_to(moderator).exists()
    actions.vote(poll=poll, person=people[0], options=ids(poll)[1:2])
    assert numbers(poll) == (5, [4, 1, 0])
    actions.close_poll(poll=poll, actor=None)
    assert not PollVote.objects.exists() and numbers(poll) == (5, [4, 1, 0])
    assert shown(poll, moderator).shows_results
    assert signed_in(moderator).get(url_of(poll, "voters")).status_code == 404


def test_where_few_voted_anonymously_nobody_sees_the_numbers(member, as_member):
    poll = make_poll(is_anonymous=True)
    actions.vote(poll=poll, person=member, options=ids(poll)[:1])
    actions.close_poll(poll=poll, actor=None)
    text = as_member.get(poll.post.thread.get_absolute_url()).text
    assert "Fewer than 5 people voted" in text and "<progress" not in text


@pytest.mark.postgres
def test_who_chose_what_is_for_those_who_see_the_numbers(poll, client, member, as_member, monkeypatch):
    url = url_of(poll, "voters")
    voter = factories.make_user(display_name="Vera Voter")
    actions.vote(poll=poll, person=voter, options=ids(poll)[:1])
    assert client.get(url).status_code == 302
    assert as_member.get(url).status_code == 404
    as_member.post(url_of(poll), {"option": ids(poll)[1]})
    assert "Vera Voter" in as_member.get(url).text
    few = queries(as_member, url)
    for _ in range(5):
        person = factories.make_user(sector=factories.make_sector(), place=factories.make_place())
        actions.vote(poll=poll, person=person, options=ids(poll)[:1])
    assert queries(as_member, url) == few
    monkeypatch.setattr("forum.views.polls.PEOPLE_A_PAGE", 4)
    older = as_member.get(url).context["paging"]["older_url"]
    pages = [list(as_member.get(url + query).context["votes"]) for query in ("", older)]
    assert sorted(vote.pk for page in pages for vote in page) == sorted(PollVote.objects.values_list("pk", flat=True))
    monkeypatch.undo()
    assert [row["answer"] for row in privacy.everything_about(voter)["votes"]] == ["Monday"]
    voter.delete()
    assert "Somebody who has left" in as_member.get(url).text and numbers(poll) == (7, [6, 1, 0])


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_poll_costs_three_queries_and_none_where_there_is_none(as_member):
    plain = factories.make_thread()
    content_changed.send(sender=Thread, ids=[plain.pk])  # search has it as it has the others
    poll, large = make_poll(), make_poll(options=[str(n) for n in range(10)])
    for _ in range(6):
        actions.vote(poll=large, person=factories.make_user(), options=ids(large)[:1])
    costs = [queries(as_member, each.get_absolute_url()) for each in (plain, poll.post.thread, large.post.thread)]
    assert costs[1] == costs[2] == costs[0] + 3 <= 14


def test_a_thread_begins_with_a_poll(member, as_member):
    space = factories.make_space()
    words = {"kind": "question", "space": space.slug, "title": "A day for us", "text": "When?"}
    page = as_member.post(reverse("forum:start"), {**words, "poll_question": "Which day?"})
    assert "Write two to ten answers" in page.text and not Thread.objects.exists()
    data = {**words, **typed(poll_closes_on="2036-01-02", poll_results="closing")}
    assert "Choose a day to come" in as_member.post(reverse("forum:start"), data).text
    day = timezone.localdate() + dt.timedelta(days=7)
    as_member.post(reverse("forum:start"), {**data, "poll_closes_on": day.isoformat()})
    poll = Poll.objects.get(post__thread__title="A day for us")
    assert [option.text for option in poll.options.all()] == ["Monday", "Tuesday"] and poll.post.has_poll
    assert poll.closes_at == dt.datetime.combine(day, dt.time(17), ZoneInfo(member.time_zone))
    as_member.post(reverse("forum:start"), {**words, "title": "Without"})
    assert not Post.objects.get(thread__title="Without").has_poll


@pytest.mark.parametrize(
    "options", ["Only one", "Same\nsame", "x" * 121 + "\ny", "\n".join(map(str, range(11))), "\u202e\n \n"]
)
def test_answers_that_cannot_be(options, member, as_member):
    thread = factories.make_thread(author=member)
    answer = as_member.post(reverse("forum:poll", args=[thread.posts.get().pk]), typed(poll_options=options))
    assert answer.status_code == 200 and not Poll.objects.exists()


def test_it_is_changed_and_removed_while_nobody_has_voted(member, as_member):
    thread = factories.make_thread(author=member)
    post = thread.posts.get()
    url = reverse("forum:poll", args=[post.pk])
    assert "Add a poll" in as_member.get(thread.get_absolute_url()).text
    as_member.post(url, typed())
    assert "Monday" in as_member.get(url).text and "Change the poll" in as_member.get(thread.get_absolute_url()).text
    day = (timezone.localdate() + dt.timedelta(days=7)).isoformat()
    as_member.post(url, typed(poll_closes_on=day))
    assert f'value="{day}"' in as_member.get(url).text, "else the next change would take the day away"
    as_member.post(url, typed(poll_options="A\nB\nC", poll_is_several="on"))
    poll = Poll.objects.get()
    assert poll.is_several and [option.text for option in poll.options.all()] == ["A", "B", "C"]
    as_member.post(url, {"wish": "remove"})
    post.refresh_from_db()
    assert not Poll.objects.exists() and not post.has_poll
    as_member.post(url, typed())
    poll = Poll.objects.get()
    actions.vote(poll=poll, person=factories.make_user(), options=ids(poll)[:1])
    for data in (typed(poll_options="Mine\nOnly"), {"wish": "remove"}):
        assert "stays as it is" in as_member.post(url, data, follow=True).text
    assert "stays as it is" in as_member.get(url).text
    assert [option.text for option in poll.options.all()] == ["Monday", "Tuesday"]


def test_who_may_write_one(client, member, as_member, forged):
    others, mine = factories.make_thread(posts=2), factories.make_thread(author=member, posts=2)
    second = mine.posts.get(number=2)
    for post in (others.posts.get(number=1), second):
        assert as_member.post(reverse("forum:poll", args=[post.pk]), typed()).status_code == 403
    url = reverse("forum:poll", args=[mine.posts.get(number=1).pk])
    assert client.post(url, typed()).status_code == 302 and forged(member).post(url, typed()).status_code == 403
    assert as_member.get(reverse("forum:poll", args=[99999])).status_code == 404
    assert not Poll.objects.exists()


def test_questions_and_answers_are_looked_through(member, as_member):
    thread = factories.make_thread(author=member)
    url = reverse("forum:poll", args=[thread.posts.get().pk])
    data = typed(poll_question="Who calls 07700 900123?")
    assert "07700 900123" in as_member.post(url, data).text and not Poll.objects.exists()
    assert as_member.post(url, {**data, "why": "It is ours."}).status_code == 302
    thread.refresh_from_db()
    assert thread.hidden_at and Poll.objects.exists()
    decision = Decision.objects.about(thread).latest("pk")
    text = signed_in(factories.make_user("moderator")).get(reverse("moderation:desk")).text
    assert decision and "07700 900123" in text


def test_it_is_closed_by_hand_or_by_its_time(poll, client, member, as_member, forged):
    url = url_of(poll, "close_poll")
    assert as_member.post(url).status_code == 403 and client.post(url).status_code == 302
    assert as_member.get(url).status_code == 405 and forged(poll.post.author).post(url).status_code == 403
    assert as_member.post(reverse("forum:close_poll", args=[999])).status_code == 404
    later = make_poll(closes_on=dt.date(2020, 5, 1), closes_time=dt.time(17))
    follower = factories.make_user()
    for person in (follower, member):
        actions.vote(poll=poll, person=person, options=ids(poll)[:1])
    actions.set_follow(thread=poll.post.thread, person=follower, wanted=True)
    signed_in(poll.post.author).post(url)
    assert (actions.close_due(), actions.close_due()) == (1, 0)
    later.refresh_from_db()
    assert later.closed_at and Event.objects.filter(kind="poll_closed").count() == 2
    drain()
    for person, told in ((follower, True), (later.post.author, True), (member, False)):
        assert ("is closed" in signed_in(person).get("/inbox/").text) == told


def test_moderators_and_keepers_close_it_too(as_moderator):
    poll = make_poll()
    assert "Close the poll" in as_moderator.get(poll.post.thread.get_absolute_url()).text
    as_moderator.post(url_of(poll, "close_poll"))
    poll.refresh_from_db()
    assert poll.closed_at


def test_it_goes_with_its_post(as_moderator, moderator):
    poll, into = make_poll(), factories.make_thread(title="Into")
    made = actions.merge_threads(thread=poll.post.thread, into=into, actor=moderator)
    assert "Which day?" in as_moderator.get(into.get_absolute_url()).text
    actions.undo(made=made, actor=moderator)
    assert "Which day?" not in as_moderator.get(into.get_absolute_url()).text


def test_a_hidden_post_hides_it_and_erasing_takes_it_along(poll, as_member):
    url = poll.post.thread.get_absolute_url()
    factories.make_post(poll.post.thread)
    actions.delete_post(post=poll.post, actor=poll.post.author)
    assert "Which day?" not in as_member.get(url).text
    assert as_member.post(url_of(poll), {"option": ids(poll)[0]}).status_code == 404
    Post.objects.filter(pk=poll.post_id).update(deleted_at=timezone.now() - dt.timedelta(days=1))
    actions.erase_deleted()
    assert not Poll.objects.exists()


@pytest.mark.postgres
def test_the_database_takes_a_vote_once(poll, member):
    actions.vote(poll=poll, person=member, options=ids(poll)[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        PollVote.objects.create(poll=poll, option_id=ids(poll)[1], voter=poll.voter_key(member), slot=0)
