"""Whatever people do, in whatever order: nothing is lost, miscounted, misplaced, or shown to whom it is not for.

Random people post, edit, move, merge, split, hide, delete, join, leave, are suspended and go; after each step the rows
must agree with each other, and what readers are shown with a rule that stands in `community` once more.
The usual run plays the same dozen each time; `HYPOTHESIS_PROFILE=long` plays for half an hour, with other
moves each time.
"""

import os
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts import actions as accounts
from forum import actions, permissions
from forum.actions.rearranging import can_be_undone
from forum.models import Post, Rearrangement, SpaceMembership, Thread
from moderation.actions import Hold
from tests import factories
from tests.forum import community as told
from tests.forum.community import Community, Rows
from tests.forum.looking import look_around

pytestmark = pytest.mark.django_db

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PROFILE = settings(
    max_examples=2000 if IS_LONG else 12,
    stateful_step_count=60 if IS_LONG else 40,
    derandomize=not IS_LONG,
    # Looking for the shortest way to a failure takes many times as long as finding it.
    phases=[Phase.generate, Phase.shrink] if IS_LONG else [Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
who = st.integers(0, 5)
which = st.integers(0, 60)
yes = st.booleans()


class Forum(RuleBasedStateMachine):
    """Each play happens in one transaction, which is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.all = Community()
        self.steps = 0
        for space in range(5):
            self.start(0, space, False, "question", False)

    def teardown(self) -> None:
        try:
            for number in (None, 0, 2, 5):
                look_around(self.all, number)
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # Writing

    @rule(who=who, where=which, nameless=yes, kind=st.sampled_from(["question", "discussion", "problem"]), poll=yes)
    def start(self, who, where, nameless, kind, poll):
        person, space = self.all.person(who), self.all.space(where)
        if not permissions.can_start_thread(person, space):
            return
        word, title = self.all.word(), self.all.title()
        thread = actions.start_thread(
            space=space,
            author=person,
            kind=kind,
            title=title,
            source=f"{word} marmalade",
            form_token=uuid.uuid4(),
            is_nameless=nameless and permissions.can_be_nameless(person, space),
            poll={"question": "Which?", "options": ["This", "That"]} if poll else None,
        )
        self.all.titles[thread.pk] = title
        self.all.remember(thread.posts.get(), person, word)

    @rule(
        who=who, where=which, nameless=yes, again=yes, file=yes, at=st.none() | which, held=st.sampled_from([0, 0, 1])
    )
    def reply(self, who, where, nameless, again, file, at, held):
        person, thread = self._thread_for(who, where)
        if thread is None or not permissions.can_reply(person, thread):
            return
        word, token = self.all.word(), uuid.uuid4()
        pointed = self.all.post(at) if at is not None else None
        link = f" http://localhost:8000/community/post/{pointed.pk}/" if pointed else ""
        said = {
            "thread": thread,
            "author": person,
            "source": f"{word} marmalade{link}",
            "form_token": token,
            "is_nameless": nameless and permissions.can_be_nameless(person, thread.space),
        }
        files = [self.all.file(person)] if file else []
        post = actions.post_reply(**said, attachments=files, hold=Hold("", ()) if held else None)
        self.all.remember(post, person, word)
        if again:
            assert actions.post_reply(**said).pk == post.pk

    @rule(who=who, where=which)
    def edit(self, who, where):
        person, post = self._post_for(who, where)
        if post is None or not permissions.can_edit(person, post):
            return
        word = self.all.word()
        if post.number == 1:
            title = self.all.title()
            kind = post.thread.kind if where % 2 else "discussion"
            actions.edit_opening(post=post, editor=person, kind=kind, title=title, source=f"{word} marmalade")
            self.all.titles[post.thread_id] = title
        else:
            actions.edit_post(post=post, editor=person, source=f"{word} marmalade")
        self.all.wrote[post.pk] = (self.all.wrote[post.pk][0], word)

    @rule(who=who, where=which)
    def delete(self, who, where):
        person, post = self._post_for(who, where)
        if post is not None and permissions.can_delete(person, post):
            actions.delete_post(post=post, actor=person)

    @rule(where=which)
    def undelete(self, where):
        gone = list(Post.objects.filter(deleted_at__isnull=False).order_by("pk"))
        if gone:
            post = gone[where % len(gone)]
            actions.undelete_post(post=post, actor=self.all.person(0))

    @rule()
    def erase_deleted(self):
        Post.objects.filter(deleted_at__isnull=False).update(deleted_at=timezone.now() - timedelta(minutes=5))
        actions.erase_deleted()
        self._forget_words()

    # Small things

    @rule(who=who, where=which, kind=st.sampled_from(["thanks", "same"]), wanted=yes)
    def react(self, who, where, kind, wanted):
        person, post = self._post_for(who, where)
        if post is not None and permissions.can_react(person, post):
            actions.set_reaction(post=post, person=person, kind=kind, wanted=wanted)

    @rule(who=who, where=which, option=st.integers(0, 1), closes=st.sampled_from([False, False, True]))
    def vote(self, who, where, option, closes):
        person, poll = self.all.person(who), self.all.poll(where)
        if poll is None or poll.is_closed or not permissions.can_vote(person, poll):
            return
        actions.vote(poll=poll, person=person, options=[poll.options.order_by("pk")[option].pk])
        if closes and permissions.can_close_poll(person, poll):
            actions.close_poll(poll=poll, actor=person)

    @rule(who=who, where=which, wanted=yes)
    def answer(self, who, where, wanted):
        person, post = self._post_for(who, where)
        if post is None or not permissions.can_mark_answer(person, post.thread):
            return
        if post.number > 1 and post.hidden_at is None:
            actions.choose_answer(thread=post.thread, post=post if wanted else None, actor=person)

    @rule(who=who, where=which)
    def keep(self, who, where):
        person, post = self._post_for(who, where)
        if post is not None and permissions.can_save(person, post):
            actions.save_post(post=post, person=person)

    @rule(who=who, where=which, far=which)
    def read(self, who, where, far):
        person, thread = self._thread_for(who, where)
        if thread is None or not thread.last_number:
            return
        number = far % thread.last_number + 1
        actions.mark_read(thread=thread, person=person, number=number)
        actions.set_follow(thread=thread, person=person, wanted=bool(far % 3))
        self.all.has_read(person, thread.pk, number)

    # Keeping order

    @rule(who=who, where=which, there=which)
    def move(self, who, where, there):
        person, thread = self._thread_for(who, where)
        space = self.all.space(there)
        if not self._keeps(person, thread) or space not in permissions.spaces_kept_by(person):
            return
        if space.pk != thread.space_id:
            self._rearrange(person, lambda: actions.move_thread(thread=thread, space=space, actor=person), there)

    @rule(who=who, where=which, there=which)
    def merge(self, who, where, there):
        person, thread = self._thread_for(who, where)
        _same, into = self._thread_for(who, there)
        if thread != into and self._keeps(person, thread) and self._keeps(person, into):
            self._rearrange(person, lambda: actions.merge_threads(thread=thread, into=into, actor=person), there)

    @rule(who=who, where=which, chosen=st.integers(1, 255), back=which)
    def split(self, who, where, chosen, back):
        person, thread = self._thread_for(who, where)
        if not self._keeps(person, thread):
            return
        posts = [post for post in thread.posts.filter(hidden_at=None, number__gt=1) if chosen >> (post.number % 8) & 1]
        if posts:
            title = self.all.title()
            made = self._rearrange(
                person, lambda: actions.split_thread(thread=thread, posts=posts, title=title, actor=person), back
            )
            self.all.titles[made.thread_id] = title

    @rule(who=who, where=which)
    def undo(self, who, where):
        person = self.all.person(who)
        rows = Rearrangement.objects.visible_to(person).select_related("thread__space", "other__space", "from_space")
        made = [row for row in rows if can_be_undone(row) and permissions.can_undo(person, row)]
        if made:
            actions.undo(made=made[where % len(made)], actor=person)

    def _rearrange(self, person, change, number):
        """Every third time it is undone at once, and then all stands as it stood."""
        before = _places()
        made = change()
        if number % 3 == 0:
            actions.undo(made=made, actor=person)
            assert _places() == before
        return made

    def _keeps(self, person, thread):
        return thread is not None and permissions.can_rearrange(person, thread)

    @rule(where=which, wanted=yes, whole=yes, removes=st.sampled_from([False, False, True]))
    def hide(self, where, wanted, whole, removes):
        post, moderator = self.all.post(where), self.all.person(5)
        if post is None or not post.thread.space.is_readable_by(moderator):
            return
        thing = {"thread": post.thread} if whole else {"post": post}
        names = ("hide", "restore") if wanted else ("restore", "hide")
        getattr(actions, f"{names[0]}_{'thread' if whole else 'post'}")(**thing, actor=moderator)
        if wanted and removes:
            (actions.remove_thread if whole else actions.remove_post)(**thing)
            self._forget_words()

    def _forget_words(self):
        for pk in Post.objects.filter(source="").values_list("pk", flat=True):
            self.all.wrote[pk] = (self.all.wrote[pk][0], "")
        for pk, title in Thread.objects.values_list("pk", "title"):
            self.all.titles[pk] = title

    # People

    @rule(who=who, where=which)
    def join(self, who, where):
        person, space = self.all.person(who), self.all.space(where)
        if permissions.can_join(person, space):
            actions.join_space(space=space, person=person)
        elif permissions.can_ask_to_join(person, space):
            actions.ask_to_join(space=space, person=person)

    @rule(who=who, other=who, where=which)
    def invite(self, who, other, where):
        person, space = self.all.person(who), self.all.space(where)
        if permissions.can_invite(person, space) and who != other:
            actions.invite(space=space, person=self.all.person(other), actor=person)

    @rule(who=who, where=which)
    def leave(self, who, where):
        person, space = self.all.person(who), self.all.space(where)
        if permissions.can_leave(person, space):
            actions.leave_space(space=space, person=person)
            assert not SpaceMembership.objects.filter(space=space, person=person).exists()

    @rule(who=st.integers(1, 4), wanted=yes)
    def suspend(self, who, wanted):
        person, moderator = self.all.person(who), self.all.person(5)
        if wanted:
            accounts.suspend(actor=moderator, person=person)
            assert not SpaceMembership.objects.filter(person=person, state="invited").exists()
        else:
            accounts.reinstate(actor=moderator, person=person)

    @rule(who=who, stays=yes)
    def go(self, who, stays):
        """For good; or the account stays and what they wrote loses its name."""
        person = self.all.person(who)
        if stays:
            actions.take_name_off(person=person)
            return
        accounts.delete_account(person=person)
        groups = ["moderator"] if who == 5 else []
        self.all.people[who] = factories.make_user(*groups, display_name=f"New{len(self.all.wrote)}name")

    # What holds

    @invariant()
    def rows_agree(self):
        rows = Rows()
        told.check_rows(self.all, rows)
        told.check_index(rows)
        self.steps += 1
        readers = [None, *range(6)]
        number = readers[self.steps % len(readers)]
        told.check_sight(rows, None if number is None else self.all.person(number))

    @rule(who=st.none() | who)
    def look(self, who):
        look_around(self.all, who)

    def _thread_for(self, who, where):
        """As the pages find it: what a person may not see does not exist for them."""
        person, thread = self.all.person(who), self.all.thread(where)
        return person, Thread.objects.get_visible(thread.pk, person) if thread else None

    def _post_for(self, who, where):
        person, post = self.all.person(who), self.all.post(where)
        found = (
            Post.objects.visible_to(person).filter(pk=post.pk).select_related("thread__space").first() if post else None
        )
        return person, found


def _places():
    """Which post stands where, and what helped."""
    posts = list(Post.objects.order_by("pk").values_list("pk", "thread", "number"))
    shown = Thread.objects.filter(pk__in={row[1] for row in posts}).order_by("pk")
    return posts, list(shown.values_list("pk", "space", "answer", "hidden_at", "author", "title"))


def test_whatever_people_do():
    run_state_machine_as_test(Forum, settings=PROFILE)
