"""What stands in the library, counted once for all who see the same pages.

Counting 50,000 resources takes a tenth of a second, too long for every reader. What was counted is kept until the
library changes: until Wagtail's log of pages grows (publishing, withdrawing, moving, deleting and privacy are all
written there) or another set of private branches is closed to the reader. What comes in without a line in that log,
by a loader, shows within five minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from django.core.cache import cache
from django.db.models import Max
from wagtail.models import PageLogEntry

from web.privacy import closed_restrictions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SECONDS = 300
Value = TypeVar("Value")


def state(reader: User | AnonymousUser) -> str:
    """The same text for as long as this reader sees the same pages. Two queries on indexes."""
    last = PageLogEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    closed = sorted(closed_restrictions(reader).values_list("pk", flat=True))
    return hashlib.sha256(f"{last}:{closed}".encode()).hexdigest()[:32]


def kept(name: str, reader: User | AnonymousUser, make: Callable[[], Value]) -> Value:
    """What `make` found for this reader, or for another who sees the same. `name` says all else that it depends on."""
    return cast(Value, cache.get_or_set(f"library:{name}:{state(reader)}", make, SECONDS))
