"""E-mails about events: one message to one person, with one link and a way out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import answering, kinds, reading
from notifications.actions import choices_of
from notifications.kinds import Description, Kind
from notifications.models import Channel, Notification
from outbox.mail import REPEAT_SAFE_HEADER
from outbox.models import Job
from web import tokens

PURPOSE = "unsubscribe"
A_DAY = dt.timedelta(days=1)


def send(jobs: list[Job]) -> None:
    """The outbox's handler. Sending means writing the message to the outbox, once, with the note that it is sent."""
    for job in jobs:
        with transaction.atomic():
            row = _claim(job.payload["notification"])
            if row is not None:
                _send(row)


def _claim(pk: int) -> Notification | None:
    rows = Notification.objects.select_for_update(of=("self",)).select_related("event", "person")
    return rows.filter(pk=pk, channel=Channel.EMAIL, sent_at=None).first()


def _send(row: Notification) -> None:
    """Asks everything anew: since the event was expanded they may have read it, left, or changed their mind."""
    kind = kinds.get(row.event.kind)
    if kind is None or not row.person.is_active:
        return
    if not choices_of([row.person_id], [kind])[row.person_id, kind.key, Channel.EMAIL.value]:
        return
    read = Notification.objects.inbox_of(row.person).filter(event=row.event, read_at__isnull=False)
    description = reading.describe(row.event, row.person)
    if description is None or read.exists() or _is_out_already(row, kind):
        return
    can_answer = bool(kind.answer and settings.REPLY_ADDRESS)
    audience = kind.read_by(row.event, row.person) if can_answer else ""
    # A number that several things share, as all that one person looks after, tells nothing apart.
    number = None if kind.together else row.event.data.get(kind.bundle)
    mail = message(kind, description, row.person, audience=audience, number=number)
    if audience:
        mail.reply_to = [answering.address_of(row.pk)]
    mail.send()
    Notification.objects.filter(pk=row.pk).update(sent_at=timezone.now())


def _is_out_already(row: Notification, kind: Kind) -> bool:
    """Whether an e-mail of today about the same conversation still waits for the person to look."""
    number = row.event.data.get(kind.bundle) if kind.bundle else None
    if number is None:
        return False
    told = Notification.objects.filter(
        person=row.person_id, event__kind=kind.key, **{f"event__data__{kind.bundle}": number}
    )
    seen = told.filter(channel=Channel.INBOX, read_at__isnull=False).values("event")
    mails = told.filter(channel=Channel.EMAIL, sent_at__gt=timezone.now() - A_DAY)
    return mails.exclude(event__in=seen).exists()


def message(
    kind: Kind, description: Description, person: User, *, audience: str = "", number: int | None = None
) -> EmailMultiAlternatives:
    """The e-mail. What is not public appears in it neither as title nor as text: only the link.

    `audience` is who reads an answer to it, where it can be answered. `number`, of the conversation, tells
    e-mails about several that are not public apart.
    """
    news = str(kind.news or kind.label)
    context = {
        "news": news,
        "kind": kind,
        "title": description.title if description.is_public else "",
        "text": description.text if description.is_public else "",
        "url": absolute(description.url),
        "is_bundled": bool(kind.bundle),
        "audience": audience,
    }
    unnamed = _("%(news)s (number %(number)d)") % {"news": news, "number": number} if number else news
    subject = description.title if description.is_public else unnamed
    mail = compose(person, key=kind.key, subject=subject, template="event", context=context)
    if kind.repeat_safe:
        mail.extra_headers[REPEAT_SAFE_HEADER] = "yes"
        # What somebody may be at risk without is stopped by whoever is signed in, and by no mailbox or passer-by.
        for name in ("List-Unsubscribe", "List-Unsubscribe-Post"):
            del mail.extra_headers[name]
    return mail


def compose(person: User, *, key: str, subject: str, template: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """A message as text and HTML from the two templates of this name, with one way out of all with the same key."""
    unsubscribe = absolute(unsubscribe_path(person, key))
    context = {
        **context,
        "site_name": settings.SITE_NAME,
        "person": person,
        "unsubscribe_url": unsubscribe,
        "preferences_url": absolute(reverse("notifications:preferences")),
    }
    headers = {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(
        subject=_("%(subject)s – %(site)s") % {"subject": " ".join(subject.split())[:150], "site": settings.SITE_NAME},
        body=render_to_string(f"notifications/email/{template}.txt", context),
        to=[person.email],
        headers=headers,
    )
    mail.attach_alternative(render_to_string(f"notifications/email/{template}.html", context), "text/html")
    return mail


def absolute(path: str) -> str:
    return settings.BASE_URL + path


def unsubscribe_path(person: User, key: str) -> str:
    # Without an end: a mailbox offers the button for as long as it keeps the message.
    token = tokens.make(PURPOSE, {"person": person.pk, "kind": key})
    return reverse("notifications:unsubscribe", args=[token])
