import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from forum import permissions
from forum.models import Post, Space, Thread
from tests import factories

INSIDE = {"joined", "keeper", "moderator", "administrator"}
MEMBERS = INSIDE | {"member", "asked", "invited", "editor"}
KEEPERS = {"keeper", "moderator", "administrator"}
WRITES = {"public": MEMBERS, "members": MEMBERS, "ask": INSIDE, "invited": INSIDE}


def allowed(people, predicate, subject):
    """Names of the people whom a predicate lets; the subject is read anew, as a view does."""
    fresh = type(subject).objects.get
    return {name for name, person in people.items() if predicate(person or AnonymousUser(), fresh(pk=subject.pk))}


@pytest.mark.parametrize("visibility", WRITES)
def test_writing(house, people, visibility):
    thread = house[visibility]
    assert allowed(people, permissions.can_reply, thread) == WRITES[visibility]
    assert allowed(people, permissions.can_start_thread, thread.space) == WRITES[visibility]
    assert allowed(people, permissions.can_follow, thread) == WRITES[visibility]


@pytest.mark.parametrize("visibility", WRITES)
def test_keeping(house, people, visibility):
    thread = house[visibility]
    assert allowed(people, permissions.can_lock, thread) == KEEPERS
    assert allowed(people, permissions.can_pin, thread) == KEEPERS
    assert allowed(people, permissions.can_mark_answer, thread) == KEEPERS
    closed = visibility in ("ask", "invited")
    assert allowed(people, permissions.can_let_in, thread.space) == (KEEPERS if closed else set())
    assert allowed(people, permissions.can_invite, thread.space) == (KEEPERS if closed else set())
    assert allowed(people, permissions.can_name_keepers, thread.space) == {"moderator", "administrator"}


def test_a_locked_thread(house, people):
    thread = house["public"]
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    assert allowed(people, permissions.can_reply, thread) == set()
    assert permissions.can_edit(thread.author, thread.posts.get(number=1))
    assert allowed(people, permissions.can_lock, thread) == KEEPERS


def test_an_archived_space(house, people):
    thread = house["ask"]
    Space.objects.filter(pk=thread.space_id).update(is_archived=True)
    for predicate in (permissions.can_reply, permissions.can_lock, permissions.can_mark_answer):
        assert allowed(people, predicate, thread) == set(), predicate
    for of_space in (permissions.can_start_thread, permissions.can_let_in, permissions.can_ask_to_join):
        assert allowed(people, of_space, thread.space) == set(), of_space
    assert allowed(people, permissions.can_read, thread.space) == INSIDE


def test_a_hidden_thread(house, people):
    thread = house["public"]
    Thread.objects.filter(pk=thread.pk).update(hidden_at=timezone.now())
    assert allowed(people, permissions.can_reply, thread) == set()
    assert not permissions.can_edit(thread.author, Post.objects.get(thread=thread, number=1))
    assert allowed(people, permissions.can_mark_answer, thread) == set()


def test_only_authors_edit_their_words(house, people):
    thread = house["public"]
    post = thread.posts.get(number=1)
    assert allowed(people, permissions.can_edit, post) == set()
    assert permissions.can_edit(thread.author, post)
    Post.objects.filter(pk=post.pk).update(hidden_at=timezone.now())
    assert not permissions.can_edit(thread.author, Post.objects.get(pk=post.pk))


def test_an_author_who_was_suspended_or_left(house, people):
    thread = house["ask"]
    person = people["joined"]
    post = factories.make_post(thread, author=person)
    assert permissions.can_edit(person, Post.objects.get(pk=post.pk))
    person.space_memberships.all().delete()
    assert not permissions.can_edit(person, Post.objects.get(pk=post.pk))
    own = factories.make_post(house["public"], author=people["suspended"])
    assert not permissions.can_edit(people["suspended"], own)


def test_the_person_who_asked_says_what_helped(house, people):
    thread = house["members"]
    assert permissions.can_mark_answer(thread.author, thread)
    thread.kind = Thread.Kind.DISCUSSION
    assert not permissions.can_mark_answer(thread.author, thread)


def test_joining(house, people):
    everybody_new = {"member", "asked", "invited", "editor", "moderator", "administrator"}
    for visibility in ("public", "members"):
        assert allowed(people, permissions.can_join, house[visibility].space) == everybody_new
    for visibility in ("ask", "invited"):
        assert allowed(people, permissions.can_join, house[visibility].space) == {"invited"}
    outside = {"member", "editor", "moderator", "administrator"}
    assert allowed(people, permissions.can_ask_to_join, house["ask"].space) == outside
    assert allowed(people, permissions.can_ask_to_join, house["invited"].space) == set()
    assert allowed(people, permissions.can_leave, house["ask"].space) == {"asked", "invited", "joined", "keeper"}


def test_a_keeper_who_has_not_joined_keeps_nothing(house, people):
    space = house["ask"].space
    space.memberships.filter(person=people["keeper"]).update(state="invited")
    assert not permissions.is_keeper(people["keeper"], Space.objects.get(pk=space.pk))
    known = Space.objects.for_reader(people["keeper"]).get(pk=space.pk)
    assert known.standing_of(people["keeper"]) == ("invited", False)
