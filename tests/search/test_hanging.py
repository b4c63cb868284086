"""What hangs on posts is found with them: polls, what photos show, what files are called. By their readers alone."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from files.actions import store_photo
from forum import actions
from forum.actions import Changes
from forum.models import Attachment
from search.finding import find
from search.hanging import words_with
from search.query import Query
from tests import factories
from tests.accounts.test_profiles import picture

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


@pytest.fixture
def thread():
    space = factories.make_space(visibility="public", allows_nameless=True)
    author = factories.make_user(display_name="Quill Writer")
    return actions.start_thread(space=space, author=author, kind="question", title="Tea", source="Which?")


def hang(post, text):
    """A photo that hangs on a post, as if it had been sent with it."""
    row = Attachment(image=store_photo(upload=picture(), title="Photo"), text=text, people="nobody", post=None)
    row.save()
    actions.edit_post(post=post, editor=factories.make_user(), source=post.source, changes=Changes([row]))
    row.refresh_from_db()
    return row


def ask(thread, question="Zebrafinch?", **fields):
    fields = {"options": ["Marmalade", "No"], "is_several": False, "is_anonymous": False, **fields}
    return actions.save_poll(post=thread.posts.get(number=1), question=question, **fields)


def found(text, reader=VISITOR):
    return [hit.url.partition("#")[2] or hit.title for hit in find(Query(text=text), reader).hits]


def test_a_poll_is_found_with_its_thread_till_it_is_taken_away(thread, settle):
    ask(thread)
    settle()
    assert found("zebrafinch") == found("marmalade") == ["Tea"]
    ask(thread, question="Kestrel?")
    settle()
    assert (found("zebrafinch"), found("kestrel")) == ([], ["Tea"])
    actions.remove_poll(post=thread.posts.get(number=1), actor=None)
    settle()
    assert found("kestrel") == []


def test_what_a_photo_shows_is_found_with_its_post_while_others_see_it(thread, settle):
    post = actions.post_reply(thread=thread, author=factories.make_user(), source="Look.")
    row = hang(post, "A heron on a tray")
    settle()
    assert found("heron") == ["post-2"]
    actions.hide_attachment(attachment=row, actor=None)
    settle()
    assert found("heron") == []
    actions.restore_attachment(attachment=row, actor=None)
    settle()
    assert found("heron") == ["post-2"]
    row.refresh_from_db()
    gone = Changes(removed=[row])
    actions.edit_post(post=post, editor=factories.make_user(), source=post.source, changes=gone)
    settle()
    assert found("heron") == []


@pytest.mark.parametrize("wait", Attachment.Wait)
def test_what_waits_is_not_found(thread, wait):
    row = hang(thread.posts.get(number=1), "A heron")
    assert found("heron") == ["Tea"]
    Attachment.objects.filter(pk=row.pk).update(waits_for=wait)
    actions.edit_post(post=row.post, editor=factories.make_user(), source="Which one?")
    ask(thread)
    assert found("heron") == []


def test_without_a_name_it_stays_without_one(thread):
    post = actions.post_reply(thread=thread, author=factories.make_user(), source="Look.", is_nameless=True)
    hang(post, "A heron")
    assert found("heron") == ["post-2"] and found("quill") == []


@pytest.mark.parametrize("kind", ["invited", "circle"])
def test_in_a_closed_space_only_its_people_find_it_and_of_a_circle_nobody(kind):
    space = factories.make_space(visibility="invited", is_reflective=kind == "circle")
    person = factories.make_user()
    factories.join(space, person)
    thread = actions.start_thread(space=space, author=person, kind="question", title="Tea", source="Which?")
    ask(thread)
    hang(thread.posts.get(number=1), "A heron")
    for word in ("zebrafinch", "heron"):
        assert found(word) == []
        assert found(word, factories.make_user()) == []
        assert found(word, person) == (["Tea"] if kind == "invited" else [])


def test_many_cost_two_queries_and_what_has_nothing_none(thread):
    bare = [actions.post_reply(thread=thread, author=factories.make_user(), source="No.") for _ in range(2)]
    ask(thread)
    hang(thread.posts.get(number=1), "A heron")
    for post in bare:
        hang(post, "A tray")
    posts = list(thread.posts.all())
    with CaptureQueriesContext(connection) as many:
        words = words_with(posts)
    assert words[posts[0].pk].split("\n") == ["Zebrafinch?", "Marmalade", "No", "A heron"]
    assert len(many) == 2
    nothing = list(factories.make_thread().posts.all())
    with CaptureQueriesContext(connection) as none:
        assert words_with(nothing) == {}
    assert len(none) == 0
