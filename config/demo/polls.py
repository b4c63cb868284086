"""Polls of the demo: one open, with several answers; one anonymous and closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from accounts.models import User
from config.demo.source import read
from forum import actions
from forum.models import Poll, Post

CLOSES = time(17)


def load(people: dict[str, User], now: datetime) -> Iterator[str]:
    """Add the polls that are missing, yielding the question of each."""
    for row in read("polls"):
        found = Post.objects.filter(thread__space__is_demo=True, thread__title=row["thread"], number=1)
        post = found.filter(has_poll=False).first()
        if post is not None:
            _ask(row, post, people, now)
        yield row["question"]


def count() -> int:
    return len(read("polls"))


def _ask(row: dict, post: Post, people: dict[str, User], now: datetime) -> None:
    days = row["closes_in_days"]
    poll = actions.save_poll(
        post=post,
        question=row["question"],
        options=[text for text, _voters in row["options"]],
        is_several=row["several"],
        is_anonymous=row["anonymous"],
        results=row["results"],
        closes_on=(now + timedelta(days=days)).date() if days else None,
        closes_time=CLOSES if days else None,
    )
    options = dict(poll.options.values_list("text", "pk"))
    for voter in dict.fromkeys(key for _text, voters in row["options"] for key in voters):
        chosen = [options[text] for text, voters in row["options"] if voter in voters]
        actions.vote(poll=poll, person=people[voter], options=chosen)
    if row["closed"]:
        # Not by the action: nobody is told of what never happened.
        Poll.objects.filter(pk=poll.pk).update(closed_at=now)
        poll.votes.all().delete()
