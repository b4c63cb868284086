"""What a post said before it was edited: for moderators alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum import actions
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def post():
    """An edited first post; its space is for people who were invited."""
    space = factories.make_space(visibility="invited")
    thread = factories.make_thread(space, text="A <b>threat</b>.", title="Old name")
    factories.join(thread.space, thread.author)
    opening = thread.posts.get(number=1)
    edited = {"kind": "question", "title": "New name", "source": "Nothing was here."}
    return actions.edit_opening(post=opening, editor=thread.author, **edited)


def address(post):
    return reverse("forum:earlier", args=[post.pk])


def test_a_moderator_reads_what_it_said_and_finds_it_from_the_thread(post, as_moderator):
    text = as_moderator.get(address(post)).content.decode()
    assert "A &lt;b&gt;threat&lt;/b&gt;." in text
    assert "Old name" in text and f"changed by {post.author.display_name}" in text
    assert f'href="{address(post)}"' in as_moderator.get(post.thread.get_absolute_url()).content.decode()


def test_nobody_else_does(post, client, as_member, as_editor):
    assert client.get(address(post)).status_code == 404
    for reader in (as_member, as_editor, signed_in(post.author)):
        assert reader.get(address(post)).status_code == 403
    assert address(post) not in signed_in(post.author).get(post.thread.get_absolute_url()).content.decode()


def test_a_post_that_is_not_there_or_was_never_edited(post, as_moderator):
    assert as_moderator.get(reverse("forum:earlier", args=[10**15])).status_code == 404
    untouched = factories.make_post(post.thread)
    assert "has never been edited" in as_moderator.get(address(untouched)).content.decode()


def test_it_only_reads(post, as_moderator):
    assert as_moderator.post(address(post)).status_code == 405


def test_it_costs_the_same_whatever_it_shows(post, as_moderator):
    def queries():
        with CaptureQueriesContext(connection) as found:
            shown = as_moderator.get(address(post)).content.count(b"<blockquote>")
        return shown, len(found)

    queries()
    assert queries()[0] == 1
    few = queries()[1]
    for number in range(5):
        actions.edit_post(post=post, editor=factories.make_user(), source=f"Version {number}.")
    assert queries() == (6, few)
