"""Polls: made, changed while nobody has voted, voted in, closed. Who chose what: docs/decisions/anonymous-polls.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from forum.models import Poll, PollOption, PollVote, Post, Thread
from forum.nameless import wrote
from moderation import actions as moderation
from moderation.actions import Hold
from notifications.actions import announce
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User

CLOSED_AT_ONCE = 100


class PollStandsError(Exception):
    """Somebody has voted, or it is closed: it stays as it is."""


@by_active("actor")
def save_poll(
    *, post: Post, options: Iterable[str], actor: User | None = None, hold: Hold | None = None, **fields: Any
) -> Poll:
    """A poll for a post that has none, or new words for its poll. With `hold` a moderator looks at the thread first.

    Errors: PollStandsError once somebody has voted; PermissionDenied as `by_active` says.
    """
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    poll = Poll.objects.select_for_update(no_key=True).filter(post=post).first() or Poll(post=post)
    if poll.voter_count or poll.is_closed:
        raise PollStandsError
    for name, value in fields.items():
        setattr(poll, name, value)
    poll.closes_at = None
    if poll.closes_on and poll.closes_time:
        poll.closes_at = dt.datetime.combine(poll.closes_on, poll.closes_time, ZoneInfo(poll.time_zone))
    poll.save()
    poll.options.all().delete()
    PollOption.objects.bulk_create(
        PollOption(poll=poll, position=place, text=text) for place, text in enumerate(options, start=1)
    )
    if not post.has_poll:
        post.has_poll = True
        post.save(update_fields=["has_poll"])
    content_changed.send(sender=Thread, ids=[post.thread_id])
    if hold:
        moderation.hold(subject=post.thread, hold=hold)
    return poll


@by_active("actor")
def remove_poll(*, post: Post, actor: User | None) -> None:
    """Takes it away. Errors: PollStandsError once somebody has voted."""
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    poll = Poll.objects.select_for_update(no_key=True).filter(post=post).first()
    if poll is None:
        return
    if poll.voter_count:
        raise PollStandsError
    erase_poll(post)
    post.save(update_fields=["has_poll"])
    content_changed.send(sender=Thread, ids=[post.thread_id])


def erase_poll(post: Post) -> None:
    """With everything that was voted, within the caller's transaction; does not save the post."""
    Poll.objects.filter(post=post).delete()
    post.has_poll = False


@by_active("person")
def vote(*, poll: Poll, person: User, options: Iterable[int]) -> None:
    """This person's choice from now on; with no options it is taken back. Choosing the same again changes nothing.

    Errors: PollStandsError when it is closed; ValueError for options of another poll; PermissionDenied as
    `by_active` says.
    """
    # Whoever holds the poll's row votes, so that one person at two computers has one voice.
    poll = Poll.objects.select_for_update(no_key=True).get(pk=poll.pk)
    if poll.is_closed:
        raise PollStandsError
    wanted, places = set(options), dict(poll.options.values_list("pk", "position"))
    if wanted - places.keys() or (len(wanted) > 1 and not poll.is_several):
        raise ValueError("These are not answers of this poll.")
    mine = PollVote.objects.filter(poll=poll, voter=poll.voter_key(person))
    before = set(mine.values_list("option", flat=True))
    mine.exclude(option__in=wanted).delete()
    PollVote.objects.bulk_create(
        PollVote(
            poll=poll,
            option_id=pk,
            person=None if poll.is_anonymous else person,
            voter=poll.voter_key(person),
            slot=places[pk] if poll.is_several else 0,
        )
        for pk in sorted(wanted - before)
    )
    for pk in sorted(wanted ^ before):
        PollOption.objects.filter(pk=pk).update(vote_count=F("vote_count") + (1 if pk in wanted else -1))
    Poll.objects.filter(pk=poll.pk).update(voter_count=F("voter_count") + (bool(wanted) - bool(before)))


@by_active("actor")
def close_poll(*, poll: Poll, actor: User | None) -> None:
    """Nobody votes any more. Of an anonymous poll only the numbers stay."""
    if not Poll.objects.filter(pk=poll.pk, closed_at__isnull=True).update(closed_at=timezone.now()):
        return
    if poll.is_anonymous:
        poll.votes.all().delete()
    if actor is not None:
        # The log would name the author of what carries no name.
        actor = None if poll.post.is_nameless and wrote(actor, poll.post) else actor
        record(actor=actor, verb="poll.closed", subject=poll)
    announce(kind="poll_closed", actor=actor, subject=poll)


def close_due() -> int:
    """Each minute: those whose time has come."""
    due = list(Poll.objects.due().order_by("closes_at")[:CLOSED_AT_ONCE])
    for poll in due:
        close_poll(poll=poll, actor=None)
    return len(due)
