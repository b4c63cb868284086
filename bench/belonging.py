"""What a seeded site's people left behind: who is in which space, follows and has read what, and what was reported."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from accounts.models import MEMBER, User
from forum.models import Follow, Post, Space, SpaceMembership, ThreadRead
from moderation.models import Report
from notifications.models import Following

JOINED_BY_EACH, READ_BY_EACH, FOLLOWED_BY_EACH = 5, 10, 3
MOST_JOINED, READ_BY_READER = 40, 400
OPEN_REPORTS, POSTS_A_REPORT = 30, 200
# Whoever is measured: a member of many spaces, and a moderator.
READER, MODERATOR = "bench-reader", "bench-moderator"

Insert = Callable[[type[Model], Iterable[Model], int, str], None]


def belong(insert: Insert, authors: list[User], rooms: list[Space], first_thread: int, threads: int) -> None:
    """Everything of this module, through the seed's own way to write many rows."""
    reader = _person(READER, MEMBER)
    _person(MODERATOR, MEMBER, "moderator")
    # Whoever joined today has nothing unread: these have all of it.
    User.objects.filter(handle__startswith="bench-").update(date_joined=timezone.now() - timedelta(days=1000))
    chance = random.Random(4)  # noqa: S311
    insert(SpaceMembership, _memberships(chance, authors, rooms, reader), JOINED_BY_EACH * len(authors), "joined  ")
    numbers = range(first_thread, first_thread + threads)
    insert(ThreadRead, _reads(chance, authors, numbers, reader), READ_BY_EACH * len(authors), "read    ")
    insert(Follow, _follows(chance, authors, numbers), FOLLOWED_BY_EACH * len(authors), "followed")
    Following.objects.bulk_create(
        Following(person=reader, kind="space", object_id=space.pk, wish="follow") for space in rooms[:5]
    )
    total = Post.objects.count() // POSTS_A_REPORT
    insert(Report, _reports(authors, total), total, "reports ")


def _person(handle: str, *groups: str) -> User:
    name = handle.replace("-", " ").capitalize()
    made = User.objects.create(email=f"{handle}@example.org", handle=handle, display_name=name)
    made.groups.set(Group.objects.filter(name__in=groups))
    return made


def _memberships(chance: random.Random, authors: list[User], rooms: list[Space], reader: User) -> Iterator[Model]:
    # The closed ones first: where everybody reads, joining changes nothing.
    for space in sorted(rooms, key=lambda space: space.is_open)[:MOST_JOINED]:
        yield SpaceMembership(space=space, person=reader)
    for person in authors:
        for space in chance.sample(rooms, JOINED_BY_EACH):
            yield SpaceMembership(space=space, person=person)


def _reads(chance: random.Random, authors: list[User], numbers: range, reader: User) -> Iterator[Model]:
    for pk in numbers[-READ_BY_READER:]:
        yield ThreadRead(person=reader, thread_id=pk, last_number=1)
    for person in authors:
        for pk in chance.sample(numbers, READ_BY_EACH):
            yield ThreadRead(person=person, thread_id=pk, last_number=1)


def _follows(chance: random.Random, authors: list[User], numbers: range) -> Iterator[Model]:
    for person in authors:
        for pk in chance.sample(numbers, FOLLOWED_BY_EACH):
            yield Follow(person=person, thread_id=pk)


def _reports(authors: list[User], total: int) -> Iterator[Model]:
    """A queue as long on a small site as on a large one, and behind it what was decided over the years."""
    kind = ContentType.objects.get_for_model(Post)
    posts = Post.objects.order_by("-pk").values_list("pk", flat=True)[:total]
    for n, pk in enumerate(posts.iterator()):
        yield Report(
            reference=f"CG-B{n:07d}",
            content_type=kind,
            object_id=pk,
            reporter=authors[n % len(authors)],
            reason=Report.Reason.ABUSE if n % 3 else Report.Reason.SPAM,
            state=Report.State.OPEN if n < OPEN_REPORTS else Report.State.DISMISSED,
        )
