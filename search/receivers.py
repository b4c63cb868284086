"""Answers to Django's and allauth's own signals."""

from __future__ import annotations

from typing import Any

from search import recent


def signed_in_or_out(user: Any = None, **kwargs: Any) -> None:
    """Forget what this person searched for. At signing in too: a session that only ran out told nobody."""
    if user is not None:
        recent.forget(person=user)
