"""Which containers a reader may see, read from the database for each query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from wagtail.models import PageViewRestriction

from accounts.models import User
from accounts.prepared import PreparedForReader
from events.models import WebinarPage
from forum.models import Post, Space
from knowledge.models import ResourcePage
from search.documents import PEOPLE, PUBLIC
from search.words import read
from web.privacy import closed_restrictions

MOST_KEYS = 3000

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def readable_containers(user: User | AnonymousUser) -> frozenset[str]:
    """Everything that this reader's queries may touch: spaces, public and restricted pages, people. One query.

    A page inside two restrictions names the inner one; so the inner one is open only if nothing above it is closed.
    """
    rows = READABLE.rows(user)
    closed = tuple(path for sort, _pk, path, is_closed in rows if is_closed)
    found = {f"{sort}:{pk}" for sort, pk, path, _is_closed in rows if sort == "space" or not path.startswith(closed)}
    sees_people = user.is_authenticated and user.is_active and user.is_member
    return frozenset({PUBLIC, *found, *({PEOPLE} if sees_people else ())})


def _readable(user: User | AnonymousUser) -> QuerySet:
    spaces = Space.objects.readable_by(user).filter(is_reflective=False).order_by()
    as_rows = spaces.values_list(
        Value("space", CharField()), "pk", Value("", CharField()), Value(False, BooleanField())
    )
    return as_rows.union(_restricted(user), all=True) if user.is_authenticated and user.is_active else as_rows


READABLE = PreparedForReader(_readable)


def _restricted(user: User) -> QuerySet:
    """Pages with a privacy of their own, and whether it keeps this reader out. No restriction lets a visitor in."""
    is_closed = Exists(closed_restrictions(user).filter(pk=OuterRef("pk")))
    return PageViewRestriction.objects.order_by().values_list(
        Value("page", CharField()), "page_id", Cast("page__path", CharField()), is_closed
    )


def keys_by(name: str, user: User | AnonymousUser) -> list[str]:
    """Keys of what people of this name wrote or said, of all that this reader may see. Three queries.

    Only from posts that carry their author's name: who wrote without it cannot be asked for.
    """
    parts = [part for part in name.split() if read(part)]
    if not parts:
        return []
    people = User.objects.filter(is_active=True).filter(_all_of("display_name", parts) | Q(handle__iexact=name))
    posts = Post.objects.signed().visible_to(user).filter(author__in=people.values("pk")).order_by("-pk")
    rows = posts.values_list("pk", "number", "thread")[:MOST_KEYS]
    found = [f"thread:{thread}" if number == 1 else f"post:{pk}" for pk, number, thread in rows]
    pages = ResourcePage.objects.visible_to(user).filter(_all_of("authors", parts) | _all_of("publisher", parts))
    found += [f"resource:{pk}" for pk in pages.order_by().values_list("pk", flat=True)[:MOST_KEYS]]
    return found + [f"webinar:{pk}" for pk in _spoken_by(parts, user)]


def _all_of(field: str, parts: list[str]) -> Q:
    return Q(*(Q(**{f"{field}__icontains": part}) for part in parts))


def _spoken_by(parts: list[str], user: User | AnonymousUser) -> list[int]:
    """Webinars one of whose speakers has this name. Speakers are blocks, which a database cannot look into."""
    wanted = {word for part in parts for word in read(part)}
    pages = WebinarPage.objects.visible_to(user).order_by().only("pk", "speakers")
    return [page.pk for page in pages if any(wanted <= set(read(block.value["name"])) for block in page.speakers)]
