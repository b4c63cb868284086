"""Each message about something that can be answered carries an address of its own to answer to.

The address names the message and is signed. It lets the one person to whom it was sent write where they may write now,
as on the page, and nobody else; it opens nothing.
"""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "notifications.reply-by-email"


def address_of(notification: int) -> str:
    """The address that answers this message; empty where replies by e-mail are off."""
    local, _at, host = settings.REPLY_ADDRESS.partition("@")
    return f"{local}+{notification}-{_signature(notification)}@{host}" if host else ""


def _signature(notification: int) -> str:
    # Small letters and digits only: some servers change capitals, and 64 characters is all that a name may have.
    digest = salted_hmac(SALT, str(notification), algorithm="sha256").digest()
    return base64.b32encode(digest[:15]).decode().lower()


def notification_of(address: str) -> int | None:
    """The message that an address of ours answers; None for any other address."""
    local, _at, host = settings.REPLY_ADDRESS.lower().partition("@")
    name, _at, its_host = address.partition("@")
    number, _dash, signature = name.removeprefix(f"{local}+").partition("-")
    if not host or its_host != host or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return int(number) if constant_time_compare(signature, _signature(int(number))) else None
