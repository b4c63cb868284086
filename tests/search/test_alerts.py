"""Alerts of saved searches: what is new and visible, once, and never nothing."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.models import Post, Thread
from moderation import actions as moderation
from moderation.models import Decision
from notifications.models import Event, Notification
from outbox.actions import drain
from outbox.models import Job
from search import alerts, saved
from search.models import SavedSearch, ToldResult
from search.query import Query
from tests import factories
from tests.conftest import signed_in
from tests.search.community import announce

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def space():
    return factories.make_space(visibility="members")


@pytest.fixture
def author():
    return factories.make_user()


def keep(person, text="marmalade", frequency="soon", **fields):
    made = saved.save(person=person, query=Query(text=text, **fields), name=text.title(), frequency=frequency)
    # It was saved some time ago.
    hour = timezone.now() - dt.timedelta(hours=1)
    SavedSearch.objects.filter(pk=made.pk).update(checked_at=hour, due_at=hour)
    return made


def thread(space, author, title="Marmalade for toddlers", source="Is it good?"):
    return actions.start_thread(space=space, author=author, kind=Thread.Kind.QUESTION, title=title, source=source)


def look(again=False):
    """Have the worker look through what is due; `again`, five minutes later."""
    if again:
        SavedSearch.objects.exclude(due_at=None).update(due_at=timezone.now())
        Job.objects.filter(kind=alerts.JOB).delete()
    alerts.plan()
    assert drain()


def told(person):
    """Titles in the inbox."""
    text = signed_in(person).get("/inbox/").content.decode()
    return [n for n in ("1 new result", "2 new results", "3 new results") if n in text]


def test_a_new_thread_is_told_once(member, space, author):
    keep(member)
    thread(space, author)
    look()
    assert told(member) == ["1 new result"]
    assert "“Marmalade”" in signed_in(member).get("/inbox/").content.decode()
    look(again=True)
    assert Event.objects.filter(kind=alerts.MESSAGE).count() == 1


def test_the_mail_says_neither_words_nor_title(member, space, author):
    keep(member)
    thread(space, author)
    look()
    [message] = [each for each in mail.outbox if member.email in each.to]
    text = message.subject + message.body + message.alternatives[0].content
    assert "something new for a search that you saved" in text
    assert "armalade" not in text
    assert "List-Unsubscribe" in message.extra_headers
    link = f"/me/searches/{SavedSearch.objects.get().pk}/results/"
    assert link in text
    assert signed_in(member).get(link).url == "/search/?q=marmalade&sort=newest"
    assert signed_in(author).get(link).status_code == 404


def test_nothing_new_is_never_told(member, space, author):
    keep(member)
    thread(space, author, title="Something else")
    look()
    look(again=True)
    assert not Event.objects.filter(kind=alerts.MESSAGE).exists()
    assert SavedSearch.objects.get().due_at > timezone.now()


def test_what_was_there_before_is_not_new(member, space, author):
    made = thread(space, author)
    Thread.objects.filter(pk=made.pk).update(last_post_at=timezone.now() - dt.timedelta(days=1))
    made.posts.update(created_at=timezone.now() - dt.timedelta(days=1))
    keep(member)
    look()
    assert told(member) == []


def test_one_is_not_told_of_ones_own_words(member, space):
    keep(member)
    thread(space, member)
    look()
    assert told(member) == []


def test_a_minus_alone_is_no_news_of_a_thread_that_has_the_word(member, space, author):
    keep(member, "-marmalade", chosen={"kind": ("discussion",)})
    made = thread(space, author, title="Breakfast", source="Is marmalade good?")
    announce(Post, factories.make_post(made, author=author, source="Thank you, that helped."))
    look()
    assert told(member) == []
    thread(space, author, title="Porridge")
    look(again=True)
    assert told(member) == ["1 new result"]


@pytest.mark.parametrize("is_thread", [True, False])
def test_what_was_held_is_new_when_it_is_shown(member, space, author, moderator, is_thread):
    """It was written hours before, and a search looked through since."""
    made = thread(space, author, title="Breakfast" if not is_thread else "Marmalade for toddlers")
    subject = made if is_thread else factories.make_post(made, author=author, source="Marmalade.")
    held = moderation.hold(subject=subject, hold=moderation.Hold("Checked.", ()))
    report = held.reports.get()
    before = timezone.now() - dt.timedelta(hours=5)
    Thread.objects.filter(pk=made.pk).update(last_post_at=before, created_at=before)
    made.posts.update(created_at=before)
    Decision.objects.update(decided_at=before)
    keep(member)
    look()
    assert told(member) == []
    moderation.restore(subject=subject, actor=moderator, reason="Fine.", seen=moderation.Seen(held.pk, report.pk))
    look(again=True)
    assert told(member) == ["1 new result"]


def test_looking_for_what_was_shown_costs_the_same_for_many_posts(space, author, moderator):
    made, counts = thread(space, author), []
    for number in (1, 3):
        since = timezone.now()
        for _ in range(number):
            post = factories.make_post(made, author=author, source="Marmalade.")
            held = moderation.hold(subject=post, hold=moderation.Hold("Checked.", ()))
            seen = moderation.Seen(held.pk, held.reports.get().pk)
            moderation.restore(subject=post, actor=moderator, reason="Fine.", seen=seen)
        with CaptureQueriesContext(connection) as queries:
            found = alerts.fresh_since(since)
        assert len([each for each in found if each.key.startswith("post:")]) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_was_read_before_it_was_hidden_is_not_new_again(member, space, author, moderator):
    made = thread(space, author)
    before = timezone.now() - dt.timedelta(days=5)
    Thread.objects.filter(pk=made.pk).update(last_post_at=before, created_at=before)
    made.posts.update(created_at=before)
    hidden = moderation.hide(subject=made, actor=moderator, reason="Hm.", seen=moderation.Seen())
    moderation.restore(subject=made, actor=moderator, reason="Fine.", seen=moderation.Seen(hidden.pk, 0))
    keep(member)
    look()
    assert told(member) == []


def test_a_reply_in_an_old_thread_is_new(member, space, author):
    old = thread(space, author, title="Breakfast")
    old.posts.update(created_at=timezone.now() - dt.timedelta(days=9))
    keep(member)
    actions.post_reply(thread=old, author=author, source="Marmalade, I should say.")
    look()
    assert told(member) == ["1 new result"]


def test_all_of_ones_searches_make_one_message(member, space, author):
    keep(member)
    keep(member, "porridge")
    keep(member, "nothing of the kind")
    thread(space, author)
    thread(space, author, title="Porridge")
    look()
    assert told(member) == ["2 new results"]
    assert Event.objects.filter(kind=alerts.MESSAGE).count() == 1


@pytest.mark.parametrize("visibility", ["ask", "invited"])
def test_only_what_its_person_may_see(member, author, visibility):
    closed = factories.make_space(visibility=visibility)
    factories.join(closed, author)
    joined = factories.make_user()
    factories.join(closed, joined)
    keep(member)
    keep(joined)
    thread(closed, author)
    look()
    assert told(member) == [] and not Notification.objects.filter(person=member, event__kind=alerts.MESSAGE).exists()
    assert told(joined) == ["1 new result"]


def test_what_was_hidden_or_left_meanwhile_is_not_sent(member, author):
    closed = factories.make_space(visibility="ask")
    factories.join(closed, author)
    membership = factories.join(closed, member)
    keep(member)
    thread(closed, author)
    alerts.plan()
    drain([alerts.JOB])
    assert Event.objects.filter(kind=alerts.MESSAGE).exists()
    membership.delete()
    drain()
    assert told(member) == []
    assert not [each for each in mail.outbox if member.email in each.to]


def test_the_first_thread_of_a_busy_week_is_told_too(member, space, author, monkeypatch):
    monkeypatch.setattr(alerts, "KEYS_AT_ONCE", 2)
    keep(member, frequency="weekly")
    thread(space, author)
    for number in range(5):
        thread(space, author, title=f"Breakfast {number}")
    look()
    assert told(member) == ["1 new result"]


def test_no_more_is_looked_for_than_is_told(member, space, author, monkeypatch):
    monkeypatch.setattr(alerts, "KEYS_AT_ONCE", 2)
    monkeypatch.setattr(alerts, "MOST_TOLD", 3)
    keep(member)
    made = [thread(space, author, title=f"Marmalade {number}") for number in range(6)]
    asked, matches = [], alerts._matches
    monkeypatch.setattr(alerts, "_matches", lambda row, keys, among: asked.append(keys) or matches(row, keys, among))
    look()
    assert told(member) == ["3 new results"]
    # The newest first.
    assert [sorted(keys) for keys in asked] == [
        sorted(f"thread:{each.pk}" for each in some) for some in (made[4:], made[2:4])
    ]


def test_resources_too(member):
    keep(member, chosen={"kind": ("resource",)})
    page = factories.make_resource(title="Marmalade: a review", first_published_at=timezone.now())
    announce(type(page), page)
    look()
    assert told(member) == ["1 new result"]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ('"marmalade for toddlers"', True),
        ("marmalade -toddlers", False),
        ("marmalade pineapple", False),
        ("pineapple OR marmalade", True),
        ("marmalade in:people", False),
        ("marmalade before:2020", False),
        ("marmalade by:asha", True),
        ("marmalade by:somebody", False),
    ],
)
def test_it_is_asked_as_on_the_page(member, space, text, is_told):
    keep(member, text)
    thread(space, factories.make_user(display_name="Asha Patel"))
    look()
    assert bool(told(member)) == is_told


def test_never_means_never(member, space, author):
    saved.save(person=member, query=Query(text="marmalade"), name="M", frequency="never")
    thread(space, author)
    alerts.plan()
    assert not Job.objects.filter(kind=alerts.JOB).exists()


def test_suspended_people_hear_nothing(member, space, author):
    keep(member)
    thread(space, author)
    member.groups.clear()
    look()
    assert not Event.objects.filter(kind=alerts.MESSAGE).exists()


def test_doing_the_work_twice_tells_nobody_twice(member, space, author):
    keep(member)
    thread(space, author)
    alerts.plan()
    [job] = Job.objects.filter(kind=alerts.JOB)
    alerts.look_through([job])
    alerts.look_through([job])
    assert Event.objects.filter(kind=alerts.MESSAGE).count() == 1


def test_what_was_told_is_remembered_while_it_could_be_found_again(member, space, author):
    def ago(**how_long):
        return timezone.now() - dt.timedelta(**how_long)

    keep(member, frequency="weekly")
    made = thread(space, author)
    look()
    # A week later: the thread was written minutes before the last time.
    Thread.objects.filter(pk=made.pk).update(last_post_at=ago(days=7, minutes=5))
    made.posts.update(created_at=ago(days=7, minutes=5))
    ToldResult.objects.update(told_at=ago(days=7))
    SavedSearch.objects.update(checked_at=ago(days=7))
    look(again=True)
    assert Event.objects.filter(kind=alerts.MESSAGE).count() == 1
    look(again=True)
    assert not ToldResult.objects.exists()
    assert Event.objects.filter(kind=alerts.MESSAGE).count() == 1


def test_an_inbox_of_alerts_costs_what_one_costs(member, space, author):
    def queries():
        client = signed_in(member)
        client.get("/inbox/")
        with CaptureQueriesContext(connection) as found:
            client.get("/inbox/")
        return len(found)

    keep(member)
    thread(space, author)
    look()
    few = queries()
    for number in range(4):
        thread(space, author, title=f"Marmalade {number}")
        look(again=True)
    assert Event.objects.filter(kind=alerts.MESSAGE).count() == 5
    assert queries() == few


def test_a_search_that_was_looked_through_meanwhile_is_left_as_it_is(member):
    row = keep(member)
    row.refresh_from_db()
    later = timezone.now()
    SavedSearch.objects.update(checked_at=later)
    assert not alerts._settle(row, later + dt.timedelta(minutes=1))
    assert SavedSearch.objects.get().checked_at == later
