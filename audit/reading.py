"""Who reads which lines of the log: rooms above say which concern whoever looks, and are not theirs to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from audit.models import Entry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

Rule = Callable[["AbstractBaseUser | AnonymousUser"], Q]

_rules: list[Rule] = []


def keep_from(rule: Rule) -> None:
    """`rule(reader)` says which lines this reader does not get."""
    _rules.append(rule)


def readable_by(reader: AbstractBaseUser | AnonymousUser) -> QuerySet[Entry]:
    found = Entry.objects.all()
    for rule in _rules:
        # By number: said of a key that a line's detail has not, "not among these" is neither true nor false.
        found = found.exclude(pk__in=Entry.objects.order_by().filter(rule(reader)).values("pk"))
    return found
