"""Who may fetch a file: whoever sees a live use of it. The rooms above say where files are used."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

Kind = Literal["image", "document"]
Reader: TypeAlias = AbstractBaseUser | AnonymousUser
Check = Callable[[Kind, int, Reader], bool]


class Audience(Enum):
    """Who may see the use that was found."""

    EVERYBODY = "everybody"
    READER = "reader"
    # Of a use that may end any minute: no cache keeps it without asking again.
    EVERYBODY_NOW = "everybody now"
    READER_NOW = "reader now"


class _Use(NamedTuple):
    check: Check
    can_be_public: bool
    may_end: bool


_uses: dict[str, _Use] = {}


def register(name: str, check: Check, *, can_be_public: bool = True, may_end: bool = False) -> None:
    """`check(kind, pk, user)` answers whether there is a live use of this file that `user` may see.

    It is called for AnonymousUser too, unless it can never be public: then it is only asked for
    those who have signed in, and first, because it is cheap (a list of people has many photos).
    `may_end`: what is hidden must be gone at once, so browsers ask again each time.
    """
    _uses[name] = _Use(check, can_be_public, may_end)


def audience(kind: Kind, pk: int, user: Reader) -> Audience | None:
    """For whom the first use that `user` may see is; None where there is none."""
    nobody = AnonymousUser()
    for use in sorted(_uses.values(), key=lambda use: use.can_be_public):
        if use.can_be_public and use.check(kind, pk, nobody):
            return Audience.EVERYBODY_NOW if use.may_end else Audience.EVERYBODY
        if user.is_authenticated and use.check(kind, pk, user):
            return Audience.READER_NOW if use.may_end else Audience.READER
    return None
