"""Polls as a reader sees them: what they may choose, what they chose, and the numbers once they may know them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from forum.models import Poll, PollOption, PollVote
from forum.models.poll import FEWEST_ANONYMOUS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser


class Answer(NamedTuple):
    """One answer; votes and share (in a hundred of the voters) are 0 where the reader may not know them."""

    key: str
    text: str
    votes: int
    share: int
    is_mine: bool


class Shown(NamedTuple):
    """A poll as this reader sees it."""

    key: str
    question: str
    answers: tuple[Answer, ...]
    voters: int
    is_several: bool
    is_anonymous: bool
    is_closed: bool
    has_voted: bool
    shows_results: bool
    too_few: bool
    waits_for_closing: bool
    closes_at: dt.datetime | None


def polls_of(posts: Iterable[int], user: Reader) -> dict[int, Shown]:
    """The polls of posts that this reader has been found to see, by post: three queries for all."""
    polls = list(Poll.objects.filter(post__in=posts))
    options: dict[int, list[PollOption]] = {}
    for option in PollOption.objects.filter(poll__in=polls):
        options.setdefault(option.poll_id, []).append(option)
    mine = _chosen_by(user, polls) if user.is_authenticated else set()
    return {poll.post_id: _shown(poll, options.get(poll.pk, []), mine) for poll in polls}


def _chosen_by(user: User, polls: list[Poll]) -> set[int]:
    keys = [poll.voter_key(user) for poll in polls]
    return set(PollVote.objects.filter(poll__in=polls, voter__in=keys).values_list("option", flat=True))


def _shown(poll: Poll, options: list[PollOption], mine: set[int]) -> Shown:
    has_voted = any(option.pk in mine for option in options)
    waits = poll.is_anonymous or poll.results == Poll.Results.AFTER_CLOSING
    may_know = poll.is_closed or (has_voted and not waits)
    shows = may_know and poll.is_telling
    return Shown(
        key=str(poll.pk),
        question=poll.question,
        answers=tuple(_answer(option, poll, shows, option.pk in mine) for option in options),
        voters=poll.voter_count,
        is_several=poll.is_several,
        is_anonymous=poll.is_anonymous,
        is_closed=poll.is_closed,
        has_voted=has_voted,
        shows_results=shows,
        too_few=may_know and not poll.is_telling,
        waits_for_closing=waits,
        closes_at=poll.closes_at,
    )


def _answer(option: PollOption, poll: Poll, shows: bool, is_mine: bool) -> Answer:
    votes = option.vote_count if shows else 0
    share = round(100 * votes / poll.voter_count) if poll.voter_count else 0
    return Answer(str(option.pk), option.text, votes, share, is_mine)


__all__ = ["FEWEST_ANONYMOUS", "Answer", "Shown", "polls_of"]
