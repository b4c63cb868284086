"""What is left of rearranged threads: the buttons that undo it, and reports that go with the posts."""

import pytest
from django.urls import reverse

from forum import actions
from moderation.actions import report
from outbox.actions import drain
from tests import factories
from tests.forum.test_rearranging import write_thread

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def room():
    return factories.make_space(visibility="public")


@pytest.fixture
def hall():
    return factories.make_space(visibility="members")


def test_a_move_has_no_button_once_another_thread_went_into_it(room, hall, moderator, as_moderator):
    thread, other = write_thread(room), write_thread(hall, title="Pears")
    moved = actions.move_thread(thread=thread, space=hall, actor=moderator)
    button = reverse("forum:undo", args=[moved.pk])
    assert button in as_moderator.get(thread.get_absolute_url()).content.decode()
    merged = actions.merge_threads(thread=other, into=thread, actor=moderator)
    page = as_moderator.get(thread.get_absolute_url()).content.decode()
    assert button not in page
    assert reverse("forum:undo", args=[merged.pk]) in page


def test_reports_of_a_thread_go_with_its_first_post(room, moderator):
    thread, into = write_thread(room), write_thread(room, title="Pears")
    first, twice = thread.opening, factories.make_user()
    of_thread = report(subject=thread, reporter=factories.make_user(), reason="abuse")
    ahead = report(subject=first, reporter=twice, reason="abuse")
    behind = report(subject=thread, reporter=twice, reason="spam")
    actions.merge_threads(thread=thread, into=into, actor=moderator)
    of_thread.refresh_from_db()
    behind.refresh_from_db()
    assert (of_thread.subject, ahead.subject, behind.subject) == (first, first, thread)


@pytest.mark.parametrize("closed_by", ["moving", "hiding"])
def test_what_was_split_off_is_named_to_nobody_who_may_not_read_it_any_more(
    room, as_member, member, moderator, closed_by
):
    thread = write_thread(room)
    actions.set_follow(thread=thread, person=member, wanted=True)
    made = actions.split_thread(thread=thread, posts=[thread.posts.get(number=2)], title="Marmalade", actor=moderator)
    drain()
    inbox = reverse("notifications:inbox")
    assert "Marmalade" in as_member.get(inbox).content.decode()
    if closed_by == "moving":
        actions.move_thread(thread=made.thread, space=factories.make_space(visibility="invited"), actor=moderator)
    else:
        actions.hide_thread(thread=made.thread, actor=moderator)
    assert "Marmalade" not in as_member.get(inbox).content.decode()
    assert "Marmalade" not in as_member.get(thread.get_absolute_url()).content.decode()
