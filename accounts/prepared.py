"""SQL written once for everybody who sees the same by the same rule: visitors, and people with the same rights."""

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
# More sets of rights than a site has: whoever makes groups without end does not fill the memory.
MOST_SETS = 32


class PreparedForReader(Generic[Row]):
    """`PreparedForReader(lambda reader, page: Thread.objects.visible_to(reader).filter(page=page), "page")`.

    `build` may ask its reader for rights and for the number that goes into the SQL, and gets nothing else. Superusers
    and people who are suspended are few: theirs is built each time.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], *names: str, texts: tuple[str, ...] = ()) -> None:
        self.build, self.names, self.texts = build, names, texts
        self.for_visitors = Prepared[Row](lambda **values: build(AnonymousUser(), **values), *names, texts=texts)
        self.by_rights: dict[frozenset[str], Prepared[Row]] = {}

    def rows(self, user: Reader, **values: Value) -> list[Row]:
        if not user.is_authenticated:
            return self.for_visitors.rows(**values)
        if user.is_active and not user.is_superuser and (prepared := self._with(user.rights)):
            return prepared.rows(reader=user.pk, **values)
        return list(self.build(user, **values))

    def _with(self, rights: frozenset[str]) -> Prepared[Row] | None:
        """A moderator's rule need not ask who the moderator is; a member's must, or all would see the first one's."""
        if rights not in self.by_rights and len(self.by_rights) < MOST_SETS:
            self.by_rights[rights] = Prepared(
                lambda reader, **values: self.build(_somebody(reader, rights), **values),
                *("reader", *self.names), texts=self.texts, unused=() if rights == PLAIN else ("reader",),
            )  # fmt: skip
        return self.by_rights.get(rights)


def _somebody(pk: int, rights: frozenset[str]) -> User:
    reader = User(pk=pk)
    reader.rights = rights
    return reader
