"""Whether somebody may still act, asked in the same transaction as what they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from web.prepared import Prepared

P = ParamSpec("P")
Made = TypeVar("Made")

ACTIVE = Prepared(
    lambda person: User.objects.select_for_update(no_key=True).filter(pk=person, is_active=True).values("pk"), "person"
)


def by_active(who: str) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """In place of `transaction.atomic`, for what somebody does: `@by_active("author")` names the argument with them.

    Raises PermissionDenied for whoever was suspended a moment ago; a suspension that comes now waits its turn, for it
    begins with the person too. Without a person, it is the site that acts.
    """

    def decorate(action: Callable[P, Made]) -> Callable[P, Made]:
        if signature(action).parameters[who].kind != Parameter.KEYWORD_ONLY:
            raise TypeError(f"{action.__name__} has to take {who} by name.")

        @wraps(action)
        def act(*args: P.args, **kwargs: P.kwargs) -> Made:
            with transaction.atomic():
                person = kwargs.get(who)
                if person is not None:
                    _require_active(cast(User, person))
                return action(*args, **kwargs)

        act.by_active = who  # type: ignore[attr-defined]
        return act

    return decorate


def _require_active(person: User) -> None:
    """Before any other row is taken."""
    if not ACTIVE.rows(person=person.pk):
        raise PermissionDenied
