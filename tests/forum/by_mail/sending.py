"""Answers by e-mail, and what becomes of them."""

from email.message import EmailMessage

from django.core import mail

from notifications import receiving
from outbox.actions import drain


def letter(told, text="I think so too.", *, sender="Ann <ann@example.org>", key="<one@example.org>", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = sender, told.reply_to[0], key
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def take(message):
    outcome = receiving.take(message if isinstance(message, bytes) else message.as_bytes())
    drain()
    return outcome


def posts(thread):
    return list(thread.posts.filter(number__gt=2).values_list("source", flat=True))


def refusal():
    (message,) = [sent for sent in mail.outbox if sent.to == ["ann@example.org"]]
    assert message.extra_headers["Auto-Submitted"] == "auto-replied"
    mail.outbox.clear()
    return message.body
