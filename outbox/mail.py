"""Mail goes through Django's own API into the outbox; the worker hands it over.

`OutboxBackend` writes a job with the whole message, its Message-ID made once. A message with the header
`X-Repeat-Safe: yes` (codes, confirmations, safeguarding) may arrive twice if a worker dies over it; any other is
then shown to the operator. Addresses and texts never go into logs nor into an error on the job.
"""

from __future__ import annotations

import base64
import smtplib
from collections.abc import Iterable
from email.utils import make_msgid, parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.text import slugify

from outbox.actions import wake_on_commit
from outbox.handlers import PlainError, SetAside, TryLater
from outbox.models import Job

KIND = "mail"
REPEAT_SAFE_HEADER = "X-Repeat-Safe"
TIMEOUT = 30
FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


class OutboxBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND: sending a message writes a job in the caller's transaction."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        jobs = [_job(message) for message in email_messages if message.recipients()]
        Job.objects.bulk_create(jobs)
        if jobs:
            wake_on_commit()
        return len(jobs)


class StoredMessage(EmailMessage):
    """A message as it was stored: recipients and bytes, nothing made anew."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(from_email=payload["from"], to=payload["to"])
        self.raw = base64.b64decode(payload["mime"])

    def message(self, **options: Any) -> Any:
        return self

    def as_bytes(self, *args: Any, linesep: str = "\r\n", **options: Any) -> bytes:
        """What Django's backends ask a message for."""
        return self.raw.replace(b"\r\n", linesep.encode())

    def get_charset(self) -> str:
        return "utf-8"


def send_stored(jobs: list[Job]) -> None:
    """The outbox's handler for mail."""
    for job in jobs:
        hand_over(StoredMessage(job.payload), may_repeat=may_repeat(job))


def may_repeat(job: Job) -> bool:
    return bool(job.payload.get("repeat_safe"))


def hand_over(message: EmailMessage, *, may_repeat: bool) -> None:
    """Give the message to MAIL_TRANSPORT. Raises TryLater, SetAside, or an error after which it may be tried again."""
    if settings.MAIL_TRANSPORT["EMAIL_BACKEND"] == FILE_BACKEND:
        write_file(message)
        return
    transport = open_transport()
    begun = _note_when_given(transport)
    try:
        transport.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        _judge(max(code for code, _ in refused.recipients.values()))
    except smtplib.SMTPResponseException as refused:
        _judge(refused.smtp_code)
    except (smtplib.SMTPException, OSError):
        if not begun:
            raise PlainError("The mail server fell silent before it was given the message.") from None
        if not may_repeat:
            raise SetAside("The connection broke while sending: it may or may not have arrived.") from None
        raise
    finally:
        transport.close()


def _note_when_given(transport: Any) -> list[bool]:
    """Empty until the server is given the text of a message: before that it cannot have arrived."""
    begun: list[bool] = []
    connection = getattr(transport, "connection", None)
    if connection is not None:
        give = connection.data

        def data(text: bytes) -> Any:
            begun.append(True)
            return give(text)

        connection.data = data
    return begun


def open_transport() -> Any:
    """A connection to the mail server that MAIL_TRANSPORT names. Raises TryLater with a sentence for the operator."""
    given = settings.MAIL_TRANSPORT
    transport: Any = get_connection(
        given["EMAIL_BACKEND"],
        host=given.get("EMAIL_HOST") or "localhost",
        port=given.get("EMAIL_PORT") or _usual_port(given),
        username=given.get("EMAIL_HOST_USER") or "",
        password=given.get("EMAIL_HOST_PASSWORD") or "",
        use_tls=bool(given.get("EMAIL_USE_TLS")),
        use_ssl=bool(given.get("EMAIL_USE_SSL")),
        timeout=TIMEOUT,
    )
    try:
        transport.open()
    except smtplib.SMTPAuthenticationError:
        raise TryLater("The mail server refuses the name or the password in EMAIL_URL.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryLater(f"The mail server cannot be reached ({type(error).__name__}).") from None
    return transport


def write_file(message: EmailMessage) -> Path:
    """In development mail is a file that any mail program opens."""
    folder = Path(settings.MAIL_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    recipient = slugify(parseaddr(message.to[0])[1].partition("@")[0]) or "somebody"
    path = folder / f"{timezone.now():%Y%m%d-%H%M%S-%f}-{recipient}.eml"
    path.write_bytes(as_bytes(message, linesep="\n"))
    return path


def as_bytes(message: EmailMessage, *, linesep: str) -> bytes:
    made: Any = message.message()
    return made.as_bytes(linesep=linesep)


def _job(message: EmailMessage) -> Job:
    wanted = {name.lower(): value for name, value in message.extra_headers.items()}
    repeat_safe = wanted.get(REPEAT_SAFE_HEADER.lower()) == "yes"
    headers = dict(message.extra_headers)
    for name in [name for name in headers if name.lower() == REPEAT_SAFE_HEADER.lower()]:
        del headers[name]
    if "message-id" not in wanted:
        # Django would name this machine in it.
        domain = parseaddr(message.from_email)[1].rpartition("@")[2] or "localhost"
        headers["Message-ID"] = make_msgid(domain=domain)
    message.extra_headers = headers
    payload = {
        "from": message.from_email,
        "to": message.recipients(),
        "mime": base64.b64encode(as_bytes(message, linesep="\r\n")).decode(),
        "repeat_safe": repeat_safe,
    }
    return Job(kind=KIND, payload=payload, due_at=timezone.now())


def _judge(code: int) -> None:
    """A mail server's refusal: for good (5xx), or for now (4xx)."""
    if code >= 500:
        raise SetAside(f"The mail server refuses this message for good (code {code}).") from None
    raise PlainError(f"The mail server refuses this message for now (code {code}).") from None


def _usual_port(given: dict[str, Any]) -> int:
    if given.get("EMAIL_USE_SSL"):
        return 465
    return 587 if given.get("EMAIL_USE_TLS") else 25
