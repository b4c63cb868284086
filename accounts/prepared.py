"""SQL written once for everybody who sees the same by the same rule: visitors, and members without further rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import MEMBER, User
from web.prepared import Prepared, Value

if TYPE_CHECKING:
    Reader = User | AnonymousUser

Row = TypeVar("Row")
PLAIN = frozenset({MEMBER})


class PreparedForReader(Generic[Row]):
    """`PreparedForReader(lambda reader, page: Thread.objects.visible_to(reader).filter(page=page), "page")`.

    `build` may ask its reader for rights and for the number that goes into the SQL; of a member it gets nothing else.
    Moderators, editors and people whose address is not confirmed are few: theirs is built each time.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], *names: str, texts: tuple[str, ...] = ()) -> None:
        self.build = build
        self.for_visitors = Prepared[Row](lambda **values: build(AnonymousUser(), **values), *names, texts=texts)
        self.for_members = Prepared[Row](
            lambda reader, **values: build(_plain_member(reader), **values), "reader", *names, texts=texts
        )

    def rows(self, user: Reader, **values: Value) -> list[Row]:
        if not user.is_authenticated:
            return self.for_visitors.rows(**values)
        if user.is_active and not user.is_superuser and user.rights == PLAIN:
            return self.for_members.rows(reader=user.pk, **values)
        return list(self.build(user, **values))


def _plain_member(pk: int) -> User:
    member = User(pk=pk)
    member.rights = PLAIN
    return member
