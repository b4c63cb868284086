"""Moving threads between spaces, merging two, splitting one; each can be undone and leaves a trace.

Posts are locked first, then threads, then spaces, each by number, and all of them before anything is changed: who
writes elsewhere and points at one of these posts holds their space and waits for the post when they commit.
What came to a thread while its row was waited for is locked only if nobody has it; else all is let go and begun anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from forum.actions.hiding import recount
from forum.actions.linking import links_follow
from forum.actions.numbering import give_numbers, settle
from forum.actions.writing import slug_of, tidy_title
from forum.models import Follow, Post, Rearrangement, Space, Thread, ThreadRead
from moderation.actions import pass_on
from notifications.actions import announce
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User

Kind = Rearrangement.Kind


class NotPossibleError(Exception):
    """What was to be rearranged is no longer so."""


@by_active("actor")
def move_thread(*, thread: Thread, space: Space, actor: User) -> Rearrangement:
    """Into another space, whose readers read it from now on.

    Errors: NotPossibleError where it is there already, or hidden.
    """
    posts, (thread,) = _lock(thread, goes_to=space.pk)
    left = thread.space_id
    if left == space.pk or thread.hidden_at:
        raise NotPossibleError
    thread.space, thread.is_pinned, thread.is_rearranged = space, False, True
    thread.save(update_fields=["space", "is_pinned", "is_rearranged"])
    _forget_sectors(posts)
    made = _note(Kind.MOVED, thread, actor=actor, from_space_id=left)
    content_changed.send(sender=Thread, ids=[thread.pk])
    content_changed.send(sender=Post, ids=[post.pk for post in posts])
    shown = sum(post.hidden_at is None for post in posts)
    _recount((left, -1, -shown), (space.pk, 1, shown))
    return made


@by_active("actor")
def merge_threads(*, thread: Thread, into: Thread, actor: User) -> Rearrangement:
    """All posts of a thread come after those of another one, and its address leads there.

    Errors: NotPossibleError for a thread and itself, or where one is hidden.
    """
    posts, (thread, into) = _lock(thread, into)
    if thread.pk == into.pk or thread.hidden_at or into.hidden_at:
        raise NotPossibleError
    going = posts_of(posts, thread)
    made = _note(Kind.MERGED, thread, actor=actor, other=into, posts=[post.pk for post in going])
    # A report of a thread is one of its first post, which others read in the other thread from now on.
    pass_on(subject=thread, to=going[0])
    _join(thread, into, [*posts_of(posts, into), *going])
    return made


@by_active("actor")
def split_thread(*, thread: Thread, posts: Iterable[Post], title: str, actor: User) -> Rearrangement:
    """Some posts begin a thread of their own in the same space, with the oldest as its first.

    Errors: NotPossibleError for the first post, for hidden ones, or for posts that are no longer there.
    """
    chosen = {post.pk for post in posts}
    all_posts, (thread,) = _lock(thread)
    going = [post for post in all_posts if post.pk in chosen]
    may_go = all(post.number > 1 and post.hidden_at is None for post in going)
    if not going or len(going) != len(chosen) or not may_go or thread.hidden_at:
        raise NotPossibleError
    first, title = going[0], tidy_title(title)
    made_thread = Thread.objects.create(
        space_id=thread.space_id,
        kind=Thread.Kind.DISCUSSION,
        title=title,
        slug=slug_of(title, thread.space),
        author_id=first.author_id,
        is_nameless=first.is_nameless,
        created_at=first.created_at,
        is_rearranged=True,
    )
    made_thread.topics.set(thread.topics.all())
    made_thread.sectors.set(thread.sectors.all())
    made = _note(Kind.SPLIT, made_thread, actor=actor, other=thread, posts=[post.pk for post in all_posts])
    staying = [post for post in all_posts if post.pk not in chosen]
    _divide(thread, staying, made_thread, going)
    recount(thread.space_id, threads=1, posts=0)
    return made


@by_active("actor")
def undo(*, made: Rearrangement, actor: User) -> None:
    """Puts everything back, with what was written since. Errors: NotPossibleError where that would tear something."""
    made = Rearrangement.objects.select_for_update(of=("self",)).select_related("thread", "other").get(pk=made.pk)
    # Somebody may have merged or hidden one of them since: asked of the rows as they are once nobody else changes them.
    _posts, threads = _lock(*filter(None, [made.thread, made.other]), goes_to=made.from_space_id)
    made.thread, made.other = threads[0], threads[1] if made.other else None
    if not can_be_undone(made):
        raise NotPossibleError
    if made.kind == Kind.MOVED:
        back = move_thread(thread=made.thread, space=Space.objects.get(pk=cast(int, made.from_space_id)), actor=actor)
        back.undone_at = timezone.now()
        back.save(update_fields=["undone_at"])
    elif made.kind == Kind.MERGED:
        _take_apart(made)
    else:
        _put_together(made)
    made.undone_at = timezone.now()
    made.save(update_fields=["undone_at"])
    record(actor=actor, verb=f"thread.{made.kind}_undone", subject=made.thread)


def can_be_undone(made: Rearrangement) -> bool:
    """Whether both threads still stand as it left them, and nothing was done to its thread since."""
    newer = Rearrangement.objects.about(made.thread).filter(pk__gt=made.pk)
    return made.undone_at is None and stands(made) and not newer.exists()


def stands(made: Rearrangement) -> bool:
    """Whether both threads are still there, as it left them."""
    thread, other = made.thread, made.other
    if made.kind == Kind.MOVED:
        return made.from_space_id is not None and thread.hidden_at is None
    if other is None or other.hidden_at is not None:
        return False
    if made.kind == Kind.MERGED:
        return thread.merged_into_id == other.pk
    return thread.hidden_at is None


def posts_of(posts: Iterable[Post], thread: Thread) -> list[Post]:
    return [post for post in posts if post.thread_id == thread.pk]


def _lock(*threads: Thread, goes_to: int | None = None) -> tuple[list[Post], list[Thread]]:
    """The posts of the threads in order, and the threads in the order given, as they are now.

    Their spaces are locked too, and the one where a thread `goes_to`.
    """
    ids = [thread.pk for thread in threads]
    while True:
        with transaction.atomic():
            rows = Post.objects.filter(thread__in=ids).order_by("pk")
            known = set(rows.select_for_update(no_key=True).values_list("pk", flat=True))
            found = Thread.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
            locked = {row.pk: row for row in found}
            spaces = {row.space_id for row in locked.values()} | ({goes_to} if goes_to else set())
            list(Space.objects.select_for_update(no_key=True).filter(pk__in=spaces).order_by("pk").values_list("pk"))
            # Who held a thread's row may have posted meanwhile, or brought posts from elsewhere.
            posts = list(rows.order_by("number", "pk"))
            if _hold_too(posts, known):
                return posts, [locked[pk] for pk in ids]
            transaction.set_rollback(True)


def _hold_too(posts: Iterable[Post], known: set[int]) -> bool:
    """Locks what is not known to be locked; False where somebody has it who may wait for the thread that we hold.

    Then everything is to be let go and locked anew.
    """
    new = [post.pk for post in posts if post.pk not in known]
    if not new:
        return True
    free = Post.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=new).order_by("pk")
    return len(free) == len(new)


def _note(kind: Kind, thread: Thread, *, actor: User, **fields: object) -> Rearrangement:
    """Writes down what happened, and tells those who follow, once."""
    made = Rearrangement.objects.create(kind=kind, thread=thread, actor=actor, **fields)
    announce(kind="rearranged", actor=actor, subject=made)
    record(actor=actor, verb=f"thread.{kind}", subject=thread, detail={"rearrangement": made.pk})
    return made


def _join(thread: Thread, into: Thread, posts: list[Post]) -> None:
    """All posts to one thread; the other stays behind as a sign to it."""
    moved = posts_of(posts, thread)
    shown = sum(post.hidden_at is None for post in moved)
    _join_reads(thread, into, posts)
    if into.answer_id is None and into.is_asking:
        into.answer_id = thread.answer_id
    give_numbers(posts, into)
    if thread.space_id != into.space_id:
        _forget_sectors(moved)
    links_follow(moved, into)
    thread.answer, thread.merged_into, thread.hidden_at = None, into, timezone.now()
    into.is_rearranged = thread.is_rearranged = True
    settle(thread)
    settle(into)
    followers = Follow.objects.filter(thread=thread).values_list("person", flat=True)
    Follow.objects.bulk_create([Follow(thread=into, person_id=pk) for pk in followers], ignore_conflicts=True)
    _tell_search(thread, into, posts=posts)
    _recount((thread.space_id, -1, -shown), (into.space_id, 0, shown))


def _divide(left: Thread, staying: list[Post], right: Thread, going: list[Post]) -> None:
    """Some posts of the left thread to the right one, which has none."""
    _divide_reads(left, staying, right, going)
    is_helped = left.answer_id in {post.pk for post in going}
    give_numbers(going, right)
    links_follow(going, right)
    give_numbers(staying, left)
    if is_helped:
        right.answer_id = left.answer_id if right.is_asking and left.answer_id != going[0].pk else None
        left.answer = None
    left.is_rearranged = right.is_rearranged = True
    settle(left)
    settle(right)
    followers = Follow.objects.filter(thread=left).values_list("person", flat=True)
    Follow.objects.bulk_create([Follow(thread=right, person_id=pk) for pk in followers], ignore_conflicts=True)
    _tell_search(left, right, posts=[*staying, *going])


def _take_apart(made: Rearrangement) -> None:
    """The posts that went into another thread go back, in their old order."""
    posts, (thread, other) = _lock(made.thread, cast(Thread, made.other))
    places = {pk: place for place, pk in enumerate(made.posts)}
    going = sorted((post for post in posts if post.pk in places), key=lambda post: places[post.pk])
    if not going:
        raise NotPossibleError
    thread.merged_into = thread.hidden_at = None
    _divide(other, [post for post in posts if post.pk not in places], thread, going)
    shown = sum(post.hidden_at is None for post in going)
    _recount((thread.space_id, 1, shown), (other.space_id, 0, -shown))


def _put_together(made: Rearrangement) -> None:
    """The posts of a thread that was split off stand where they stood; what came since follows by its time."""
    posts, (thread, other) = _lock(made.thread, cast(Thread, made.other))
    places = {pk: place for place, pk in enumerate(made.posts)}
    posts.sort(key=lambda post: (places.get(post.pk, len(places)), post.created_at, post.pk))
    _join(thread, other, posts)


def _join_reads(thread: Thread, into: Thread, posts: list[Post]) -> None:
    """Everybody has read up to the first post that they had not read on either side."""
    read_there = dict(ThreadRead.objects.filter(thread=thread).values_list("person", "last_number"))
    rows = list(ThreadRead.objects.filter(thread=into))
    for row in rows:
        row.last_number = _read_of(posts, {into.pk: row.last_number, thread.pk: read_there.get(row.person_id, 0)})
    ThreadRead.objects.bulk_update(rows, ["last_number"], batch_size=500)


def _read_of(posts: list[Post], read: dict[int, int]) -> int:
    return sum(1 for _ in takewhile(lambda post: post.number <= read[post.thread_id], posts))


def _divide_reads(left: Thread, staying: list[Post], right: Thread, going: list[Post]) -> None:
    """Everybody has read as many of the posts on either side as before."""
    known = ThreadRead.objects.filter(thread=left)
    # Ascending, and numbers only become smaller: no group is counted twice.
    for number in sorted(set(known.values_list("last_number", flat=True))):
        group = known.filter(last_number=number)
        read = sum(post.number <= number for post in going)
        if read:
            people = group.values_list("person", flat=True)
            rows = [ThreadRead(thread=right, person_id=pk, last_number=read) for pk in people]
            ThreadRead.objects.bulk_create(rows, ignore_conflicts=True)
        group.update(last_number=sum(post.number <= number for post in staying))
    ThreadRead.objects.filter(thread=right, last_number__gt=len(going)).update(last_number=len(going))


def _forget_sectors(posts: Iterable[Post]) -> None:
    """What carries no name says no sector among other people: there, it may be the only one who came from that."""
    Post.objects.filter(pk__in=[post.pk for post in posts if post.is_nameless]).update(nameless_sector=None)


def _tell_search(*threads: Thread, posts: list[Post]) -> None:
    content_changed.send(sender=Thread, ids=[thread.pk for thread in threads])
    content_changed.send(sender=Post, ids=[post.pk for post in posts])


def _recount(*changes: tuple[int, int, int]) -> None:
    """For each space, how many threads and posts came or went."""
    for space, threads, posts in sorted(changes):
        recount(space, threads=threads, posts=posts)
