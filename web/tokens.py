"""Signed tokens for links: what they say cannot be changed, they expire, and they can be made to work once."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.core import signing
from django.utils import timezone

from web.models import UsedToken

LONGEST = 4000


class BadToken(Exception):
    """Forged, damaged, made for another purpose, or (`expired`) too old."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("The token has expired." if expired else "The token is not one of ours.")
        self.expired = expired


def make(purpose: str, value: dict[str, Any]) -> str:
    """A token, safe in an address, that says `value` (JSON) to whoever reads it for the same purpose."""
    return signing.dumps([value, secrets.token_urlsafe(9)], salt=f"web.tokens:{purpose}")


def read(token: str, purpose: str, *, max_age: int | None) -> dict[str, Any]:
    """What the token says. `max_age` in seconds; None for a token that never expires. Raises BadToken."""
    if len(token) > LONGEST:
        raise BadToken
    try:
        value, _ = signing.loads(token, salt=f"web.tokens:{purpose}", max_age=max_age)
    except signing.SignatureExpired:
        raise BadToken(expired=True) from None
    except (signing.BadSignature, ValueError):
        raise BadToken from None
    return value


def use_once(token: str, *, max_age: int) -> bool:
    """Whether this is the token's first use. Call it after `read`, in the transaction of what the token allows."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    expires_at = timezone.now() + dt.timedelta(seconds=max_age)
    return UsedToken.objects.get_or_create(digest=digest, defaults={"expires_at": expires_at})[1]


def forget_expired() -> None:
    """Take away the notes on used tokens that would not work any more anyway."""
    UsedToken.objects.filter(expires_at__lt=timezone.now()).delete()
