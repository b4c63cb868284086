"""What new people post appears at once and is looked at afterwards, with their name or without it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Trust, User
from forum import actions
from forum.desk import first_posts
from moderation import actions as moderation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    space = factories.make_space(allows_nameless=True)
    old = factories.make_user(date_joined=timezone.now() - dt.timedelta(days=60))
    return factories.make_thread(space, author=old, title="Bath time")


def reply(thread, author=None, **fields):
    author = author or factories.make_user(display_name="Nina New")
    return actions.post_reply(thread=thread, author=author, source="We sing.", **fields)


def test_they_wait_to_be_looked_at_once(thread, moderator):
    post = reply(thread)
    found = first_posts(moderator)
    assert [(item.who, item.url) for item in found] == [("Nina New", f"/desk/post/{post.pk}/")]
    moderation.dismiss(subject=post, actor=moderator, reason="Fine.", seen=moderation.Seen())
    assert first_posts(moderator) == []


def test_without_a_name_they_wait_too_and_nobody_reads_whose_they_are(thread, moderator, as_moderator):
    post = reply(thread, is_nameless=True)
    assert [(item.who, item.url) for item in first_posts(moderator)] == [("A member", f"/desk/post/{post.pk}/")]
    for url in ("/desk/", f"/desk/post/{post.pk}/"):
        page = as_moderator.get(url).content.decode()
        assert "Bath time" in page and "Nina New" not in page
    assert "Find out who" in page or "find out who" in page


@pytest.mark.parametrize("is_nameless", [False, True])
def test_not_ones_own_and_not_of_people_who_have_settled_in(thread, moderator, is_nameless):
    reply(thread, author=moderator, is_nameless=is_nameless)
    settled = factories.make_user()
    User.objects.filter(pk=settled.pk).update(trust=Trust.MEMBER)
    reply(thread, author=settled, is_nameless=is_nameless)
    assert first_posts(moderator) == []


def test_many_cost_as_much_as_one(thread, moderator):
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            first_posts(moderator)
        return len(found)

    reply(thread)
    reply(thread, is_nameless=True)
    cost()  # the moderator's rights are read once
    before = cost()
    for n in range(4):
        reply(thread, is_nameless=n % 2 == 0)
    assert cost() == before


def test_one_press_says_that_it_was_looked_at(as_moderator, thread):
    post = reply(thread)
    page = as_moderator.get(f"/desk/post/{post.pk}/")
    (leave,) = (form for form in page.context["forms"] if form.verb == "dismiss")
    assert leave["suggestion"].value() == leave.reasons[0][0]
