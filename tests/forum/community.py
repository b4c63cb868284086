"""A small community for stateful tests, and what must hold of it, told from its bare rows and in words of its own.

Nothing here asks `visible_to`, a counter or a permission: these are what is examined.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from uuid import uuid4

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from forum import actions
from forum.models import (
    Attachment,
    Poll,
    PollVote,
    Post,
    PostLink,
    Reaction,
    Space,
    SpaceMembership,
    Thread,
    ThreadRead,
)
from search import learning
from search.models import Entry
from tests import factories

SPACES = ("public", "members", "ask", "invited", "reflective")
JOINED = SpaceMembership.State.JOINED
WORD = re.compile(r"word\d+x")
TITLE = re.compile(r"title\d+x")
ARTICLE = re.compile(r'<article class="post[^>]*id="post-(\d+)">(.*?)</article>', re.DOTALL)


class Community:
    """Five spaces and six people; `wrote` keeps for each post who wrote it and the one word that nobody else says."""

    def __init__(self) -> None:
        cache.clear()
        learning._remembered.clear()
        self.count = 0
        self.spaces = [self._space(name) for name in SPACES]
        self.people = [factories.make_user(display_name=f"Zoe{n}name") for n in range(5)]
        self.people.append(factories.make_user("moderator", display_name="Mod5name"))
        # So that the moderator may go on without the site having nobody left.
        factories.make_user("moderator", display_name="Mod6name")
        for space in self.spaces:
            factories.join(space, self.people[0], is_keeper=True)
            factories.join(space, self.people[1])
        self.wrote: dict[int, tuple[int, str]] = {}
        self.titles: dict[int, str] = {}
        self.read: dict[int, set[int]] = defaultdict(set)

    def _space(self, name: str) -> Space:
        is_circle = name == "reflective"
        return factories.make_space(
            visibility="invited" if is_circle else name,
            is_reflective=is_circle,
            allows_nameless=name != "invited",
            open_to_search_engines=name == "public",
        )

    def word(self) -> str:
        self.count += 1
        return f"word{self.count}x"

    def title(self) -> str:
        self.count += 1
        return f"title{self.count}x"

    def person(self, number: int) -> User:
        """As at a new request: nothing of it is remembered."""
        return User.objects.get(pk=self.people[number % len(self.people)].pk)

    def space(self, number: int) -> Space:
        return Space.objects.get(pk=self.spaces[number % len(self.spaces)].pk)

    def thread(self, number: int) -> Thread | None:
        return _pick(Thread.objects.filter(merged_into=None).select_related("space"), number)

    def post(self, number: int) -> Post | None:
        return _pick(Post.objects.select_related("thread__space"), number)

    def poll(self, number: int) -> Poll | None:
        return _pick(Poll.objects.select_related("post__thread__space"), number)

    def file(self, person: User) -> Attachment:
        upload = SimpleUploadedFile("notes.txt", b"Songs to sing.", "text/plain")
        return actions.add_upload(person=person, token=uuid4(), upload=upload)

    def remember(self, post: Post, person: User, word: str) -> None:
        self.wrote[post.pk] = (person.pk, word)
        self.has_read(person, post.thread_id, post.number)

    def has_read(self, person: User, thread: int, number: int) -> None:
        self.read[person.pk] |= set(Post.objects.filter(thread=thread, number__lte=number).values_list("pk", flat=True))


def _pick(rows, number: int):
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.get(pk=numbers[number % len(numbers)]) if numbers else None


class Rows:
    """All that the tables say at one moment."""

    def __init__(self) -> None:
        self.spaces = {space.pk: space for space in Space.objects.all()}
        self.threads = {thread.pk: thread for thread in Thread.objects.all()}
        self.posts = {post.pk: post for post in Post.objects.order_by("thread", "number")}
        joined = SpaceMembership.objects.filter(state=JOINED).values_list("space", "person")
        self.joined = set(joined)
        self.by_thread: dict[int, list[Post]] = defaultdict(list)
        for post in self.posts.values():
            self.by_thread[post.thread_id].append(post)

    def may_read(self, reader: User | None, space: int) -> bool:
        """The rule of who reads a space, once more."""
        found = self.spaces[space]
        if found.visibility == "public":
            return True
        if reader is None or not reader.is_active:
            return False
        if (space, reader.pk) in self.joined or found.visibility == "members":
            return True
        return not found.is_reflective and is_moderator(reader)

    def sees_thread(self, reader: User | None, pk: int) -> bool:
        thread = self.threads[pk]
        is_shown = thread.hidden_at is None or is_moderator(reader)
        return is_shown and self.may_read(reader, thread.space_id)

    def sees_post(self, reader: User | None, pk: int) -> bool:
        post = self.posts[pk]
        is_shown = post.hidden_at is None or is_moderator(reader)
        return is_shown and self.sees_thread(reader, post.thread_id)

    def is_in_the_open(self, pk: int) -> bool:
        """Not hidden, nor in what is."""
        post = self.posts[pk]
        return post.hidden_at is None and self.threads[post.thread_id].hidden_at is None


def is_moderator(reader: User | None) -> bool:
    return reader is not None and reader.is_active and reader.groups.filter(name="moderator").exists()


def check_rows(community: Community, rows: Rows) -> None:
    """Every count, number and pointer agrees with the rows that it is about."""
    assert set(community.wrote) == set(rows.posts), "a post was lost or came from nowhere"
    _check_posts(rows)
    for thread in rows.threads.values():
        check_thread(thread, rows)
    for space in rows.spaces.values():
        check_space(space, rows)
    _check_polls()
    # Of a thread that went into another one they stay as they were, for whoever undoes it.
    for row in ThreadRead.objects.filter(thread__merged_into=None):
        counted = {post.pk for post in rows.by_thread[row.thread_id] if post.number <= row.last_number}
        assert counted <= community.read[row.person_id], "counted as read, and never was"
        assert row.last_number <= len(rows.by_thread[row.thread_id])


def _check_posts(rows: Rows) -> None:
    reactions = Counter(Reaction.objects.values_list("post", "kind"))
    files = Counter(Attachment.objects.filter(removed_at=None, post__isnull=False).values_list("post", flat=True))
    links = Counter(PostLink.objects.values_list("post", flat=True))
    polls = set(Poll.objects.values_list("post", flat=True))
    for post in rows.posts.values():
        said = (post.thanks, post.same, post.attachment_count, post.link_count, post.has_poll)
        counted = (reactions[post.pk, "thanks"], reactions[post.pk, "same"], files[post.pk], links[post.pk])
        assert said == (*counted, post.pk in polls), f"counts of post {post.pk}"
        if post.is_nameless:
            assert post.author_id is None and post.form_token is None
    for link in PostLink.objects.exclude(target=None):
        assert rows.posts[link.target_id].thread_id == link.thread_id


def check_thread(thread: Thread, rows: Rows) -> None:
    posts = rows.by_thread[thread.pk]
    shown = [post for post in posts if post.hidden_at is None]
    assert [post.number for post in posts] == list(range(1, len(posts) + 1)), "numbers have gaps"
    assert thread.last_number == len(posts)
    assert thread.reply_count == sum(post.number > 1 for post in shown)
    assert thread.helpful == sum(post.thanks for post in shown)
    if thread.merged_into_id:
        assert not posts and thread.hidden_at, "something is left where nobody comes any more"
    else:
        assert (thread.author_id, thread.is_nameless) == (posts[0].author_id, posts[0].is_nameless)
    if shown:
        newest = shown[-1]
        last = (thread.last_post_at, thread.last_post_by_id, thread.is_last_nameless)
        assert last == (newest.created_at, newest.author_id, newest.is_nameless)
    if thread.answer_id:
        answer = rows.posts[thread.answer_id]
        assert answer.thread_id == thread.pk and answer.number > 1 and thread.kind in ("question", "problem")


def check_space(space: Space, rows: Rows) -> None:
    threads = [row for row in rows.threads.values() if row.space_id == space.pk and row.hidden_at is None]
    shown = sum(post.hidden_at is None for thread in threads for post in rows.by_thread[thread.pk])
    newest = max((thread.last_post_at for thread in threads), default=None)
    assert (space.thread_count, space.post_count) == (len(threads), shown)
    assert space.last_post_at == newest


def _check_polls() -> None:
    votes = PollVote.objects.values_list("poll", "option", "voter")
    by_option, voters = Counter(vote[1] for vote in votes), {(vote[0], vote[2]) for vote in votes}
    for poll in Poll.objects.prefetch_related("options"):
        if poll.closed_at is None:
            assert poll.voter_count == sum(pk == poll.pk for pk, _voter in voters)
            assert all(option.vote_count == by_option[option.pk] for option in poll.options.all())


def check_sight(rows: Rows, reader: User | None) -> None:
    """What the tables give this reader is what the rule says. Nobody asks as somebody who is suspended."""
    if reader is not None and not reader.is_active:
        return
    from django.contrib.auth.models import AnonymousUser

    asking = reader or AnonymousUser()
    threads = set(Thread.objects.visible_to(asking).values_list("pk", flat=True))
    assert threads == {pk for pk in rows.threads if rows.sees_thread(reader, pk)}
    posts = set(Post.objects.visible_to(asking).values_list("pk", flat=True))
    assert posts == {pk for pk in rows.posts if rows.sees_post(reader, pk)}


def check_index(rows: Rows) -> None:
    """The index has what is in the open, in the right container, and nothing of a reflective space."""
    expected = {}
    for pk, post in rows.posts.items():
        space = rows.threads[post.thread_id].space_id
        if rows.is_in_the_open(pk) and not rows.spaces[space].is_reflective:
            key = f"thread:{post.thread_id}" if post.number == 1 else f"post:{pk}"
            expected[key] = (f"thread:{post.thread_id}", f"space:{space}")
    found = Entry.objects.filter(kind="discussion").values_list("key", "group_key", "container")
    assert {key: (group, container) for key, group, container in found} == expected
