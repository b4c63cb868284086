"""Replies by e-mail from a mailbox that is read by IMAP."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError

from notifications import letters, receiving

TIMEOUT = 30
AT_ONCE = 200

logger = logging.getLogger("commonground.mail")


def fetch() -> int:
    """Take what is unread, at most 200 messages, and mark it as read; how many. Raises OSError, imaplib.IMAP4.error."""
    parts = urlsplit(settings.REPLY_MAILBOX)
    # Without a context of ours nobody would ask whether it is the right server that gets the password.
    safe = ssl.create_default_context()
    with imaplib.IMAP4_SSL(parts.hostname or "", parts.port or 993, ssl_context=safe, timeout=TIMEOUT) as box:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        box.select(unquote(parts.path.strip("/")) or "INBOX")
        _said, found = box.uid("search", "UNSEEN")
        numbers = (found[0] or b"").split()[:AT_ONCE]
        for number in numbers:
            _take(box, number.decode())
    return len(numbers)


def _take(box: imaplib.IMAP4, number: str) -> None:
    """One message. What the database could not take stays unread; what we cannot read is marked for the operator."""
    _said, sizes = box.uid("fetch", number, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", sizes[0] if isinstance(sizes[0], bytes) else b"")
    # Of one that is too big the beginning says whose it is.
    part = f"BODY.PEEK[]<0.{letters.MOST_BYTES + 1}>" if size and int(size[1]) > letters.MOST_BYTES else "BODY.PEEK[]"
    _said, answer = box.uid("fetch", number, f"({part})")
    raw = next((piece[1] for piece in answer if isinstance(piece, tuple)), b"")
    marks = r"\Seen"
    try:
        receiving.take(raw)
    except DatabaseError:
        raise
    except Exception as error:
        logger.error("A message in the mailbox for replies could not be read (%s).", type(error).__name__)
        marks = r"\Seen \Flagged"
    box.uid("store", number, "+FLAGS", f"({marks})")
