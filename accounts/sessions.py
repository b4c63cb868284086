"""How long somebody stays signed in: 30 days, or on a shared computer only while they are there."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

SHARED, SEEN = "shared_computer", "shared_computer_seen"
IDLE_SECONDS = 30 * 60
# The time of the last request is written once a minute at most: a write a request would be dear.
SEEN_STEP = 60


def set_shared(request: HttpRequest, shared: bool) -> None:
    """Remember the answer to "this is a shared computer" until the person has signed in, and beyond."""
    request.session[SHARED] = shared


def apply_rule(request: HttpRequest) -> None:
    """Set when this session ends; on a shared computer when the browser closes."""
    if request.session.get(SHARED):
        request.session.set_expiry(0)
        request.session[SEEN] = int(time.time())
    else:
        request.session.set_expiry(settings.SESSION_COOKIE_AGE)


def has_idled(request: HttpRequest) -> bool:
    """Whether a shared computer was left alone for too long; otherwise notes that somebody is there."""
    seen = request.session.get(SEEN)
    if not request.session.get(SHARED) or seen is None:
        return False
    now = int(time.time())
    if now - seen > IDLE_SECONDS:
        return True
    if now - seen >= SEEN_STEP:
        request.session[SEEN] = now
    return False
