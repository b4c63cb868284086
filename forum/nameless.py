"""Posts without a name: what others read instead, and the few questions that may ask who wrote one.

Nobody is shown an answer of `writer_of` or `writers` but through `actions.look_at_writer`, which leaves a trace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Trust
from forum.models import Nameless, Post, Space, SpaceMembership, Thread
from vocabulary.models import Sector

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Of fewer, "a member, health visiting" would say who it is.
FEWEST_OF_A_SECTOR = 5
# Nor does an account count that somebody has just made to be one of five: whoever had four would know the fifth.
KNOWN_AFTER = dt.timedelta(days=14)


def writer_of(post: Post) -> User | None:
    """Who wrote it, with or without their name; None where they have left."""
    if not post.is_nameless:
        return post.author
    found = getattr(post, "nameless", None)
    return found.person if found else None


def writer_id(post: Post) -> int | None:
    """The number of whoever wrote it."""
    found = writer_of(post) if post.is_nameless else None
    return found.pk if found else post.author_id


def writers(posts: Iterable[int]) -> dict[int, int]:
    """By post, who wrote those of these that carry no name. One query."""
    return dict(Nameless.objects.filter(post__in=list(posts)).values_list("post", "person"))


def beginners(threads: Iterable[int]) -> dict[int, int]:
    """By thread, who began those of these that carry no name: nobody is told of their own. One query."""
    openings = Nameless.objects.filter(post__thread__in=list(threads), post__number=1)
    return dict(openings.values_list("post__thread", "person"))


def wrote(user: User | AnonymousUser, post: Post) -> bool:
    """Whether it is this person's own. A query for what carries no name, none for all else."""
    if not post.is_nameless:
        return post.author_id is not None and post.author_id == user.pk
    return user.is_authenticated and Nameless.objects.filter(post=post, person=user).exists()


def began(user: User | AnonymousUser, thread: Thread) -> bool:
    """Whether this person wrote the first post. A query where that carries no name."""
    if not thread.is_nameless:
        return thread.author_id is not None and thread.author_id == user.pk
    mine = Nameless.objects.filter(post__thread=thread, post__number=1)
    return user.is_authenticated and mine.filter(person=user).exists()


def own_of(user: User | AnonymousUser, posts: Iterable[int]) -> set[int]:
    """Those of these posts that this person wrote without their name."""
    if not user.is_authenticated:
        return set()
    return set(Nameless.objects.filter(person=user, post__in=list(posts)).values_list("post", flat=True))


def is_nameless_in(user: User | AnonymousUser, thread: Thread) -> bool:
    """Whether this person wrote in the thread without their name: a reply with it could give them away."""
    return user.is_authenticated and Nameless.objects.filter(person=user, post__thread=thread).exists()


def sector_shown(person: User, space: Space) -> Sector | None:
    """The sector that may stand beside "A member": one that enough people have who belong to the space."""
    if person.sector_id is None:
        return None
    return _crowded(space, [person.sector_id]).first()


def sectors_shown(space: Space, sectors: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name and shape of those of these sectors that enough people in the space have, now. One query."""
    return {pk: (name, shape) for pk, name, shape in _crowded(space, sectors).values_list("pk", "name", "shape")}


def _crowded(space: Space, sectors: Iterable[int]) -> QuerySet[Sector]:
    """Those of which enough people belong to the space for some time, and have settled in on the site."""
    joined = SpaceMembership.objects.filter(
        space=space,
        state=SpaceMembership.State.JOINED,
        created_at__lte=timezone.now() - KNOWN_AFTER,
        person__is_active=True,
        person__trust__gte=Trust.MEMBER,
        person__sector__in=list(sectors),
    )
    numbers = joined.order_by().values("person__sector").annotate(n=Count("pk")).filter(n__gte=FEWEST_OF_A_SECTOR)
    return Sector.objects.filter(pk__in=numbers.values("person__sector"))


def byline(person: User, space: Space) -> str:
    """What others would read in place of this person's name."""
    sector = sector_shown(person, space)
    return _("A member, %(sector)s") % {"sector": sector.name} if sector else _("A member")


def name_of(post: Post) -> str:
    """The name that a post carries, as text."""
    if post.is_nameless:
        return _("A member")
    return post.author.display_name if post.author else _("Somebody who has left")
