"""How e-mails look: every one has its text, and the same as quiet HTML beside it."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

_CODE = re.compile(r"\d{6}")
_FOOT = "\n-- \n"


def mailbox_of(address: str) -> str:
    """Where an e-mail arrives, for counting: "ann+1@example.org" and "Ann+2@example.org" are one."""
    name, _at, host = address.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def add_html(message: EmailMultiAlternatives) -> None:
    """The message's own text in the look that all our e-mails have; nothing in it that the text does not say."""
    text, _dashes, foot = str(message.body).partition(_FOOT)
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", text.strip())]
    context = {
        "site_name": settings.SITE_NAME,
        "paragraphs": [(part, _CODE.fullmatch(part) is not None) for part in paragraphs],
        "foot": foot.strip(),
    }
    message.attach_alternative(render_to_string("web/email/from_text.html", context), "text/html")
