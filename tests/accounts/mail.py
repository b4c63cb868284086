"""Reading the mail that a test has caused."""

from __future__ import annotations

import re

from django.core import mail

CODE = re.compile(r"^\d{6}$", re.MULTILINE)


def newest_code() -> str:
    """The six numbers of the newest mail: they stand alone on a line."""
    found = CODE.search(mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[0]
