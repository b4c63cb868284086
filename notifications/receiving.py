"""Replies by e-mail: what arrives at the addresses of `answering`, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import kinds, letters, reading, replies
from notifications.answering import notification_of
from notifications.kinds import NotTaken
from notifications.letters import Letter
from notifications.mail import absolute
from notifications.models import Channel, Notification, ReceivedMail
from web.limits import allow

Outcome = ReceivedMail.Outcome
# As on the page; and somebody whose mail program goes wild gets no more answers than this in a day.
REPLIES, REPLIES_SECONDS = 20, 600
MOST_NOTES, A_DAY = 10, 24 * 3600
KEPT = dt.timedelta(days=60)

Act = Callable[[Letter, Notification], str]


def take(raw: bytes) -> str:
    """Do what an e-mail asks for, once. Returns a `ReceivedMail.Outcome`, or "again" for one that came before.

    Errors: those of the database only, after which the same message may be given again.
    """
    letter = letters.read(raw)
    if letter.is_automatic:
        return Outcome.AUTOMATIC
    numbers = (notification_of(address) for address in letter.recipients)
    number = next((found for found in numbers if found is not None), 0)
    row = Notification.objects.select_related("event", "person").filter(pk=number, channel=Channel.EMAIL).first()
    if row is None:
        if number:
            _say_too_old(letter)
        return Outcome.UNKNOWN
    if not allow("reply", f"account:{row.person_id}", limit=REPLIES, seconds=REPLIES_SECONDS):
        return _settle(letter, row, _too_many)
    return _settle(letter, row, _post)


def _settle(letter: Letter, row: Notification, act: Act) -> str:
    """Posting, and the note that this message was taken, in one transaction."""
    try:
        with transaction.atomic():
            received = ReceivedMail.objects.create(key=letter.key, outcome=Outcome.POSTED)
            said = ""
            try:
                with transaction.atomic():
                    said = act(letter, row)
            except NotTaken as reason:
                said, received.outcome = str(reason), Outcome.REFUSED
                received.save(update_fields=["outcome"])
            if said:
                description = reading.describe(row.event, row.person)
                url = description.url if description else reverse("notifications:inbox")
                _write_back(row.person, said, url=url, is_posted=received.outcome == Outcome.POSTED)
    except IntegrityError:
        if ReceivedMail.objects.filter(key=letter.key).exists():
            return "again"
        raise
    return str(received.outcome)


def _say_too_old(letter: Letter) -> None:
    """The address was ours, and the message that it answers is forgotten: nobody should believe that they replied."""
    person = User.objects.filter(Q(email=letter.sender) | Q(pk__in=_verified(letter.sender))).first()
    if person is None:
        return
    with transaction.atomic():
        _row, is_new = ReceivedMail.objects.get_or_create(key=letter.key, defaults={"outcome": Outcome.UNKNOWN})
        if is_new:
            said = _("The e-mail that you answered is more than six months old. Reply on the site.")
            _write_back(person, said, url=reverse("notifications:inbox"), is_posted=False)


def _verified(address: str) -> QuerySet:
    return EmailAddress.objects.filter(email=address, verified=True).values("user")


def _too_many(letter: Letter, row: Notification) -> str:
    raise NotTaken(_("You have sent very many replies in a short time. Wait ten minutes, then send it again."))


def _post(letter: Letter, row: Notification) -> str:
    person, kind = row.person, kinds.get(row.event.kind)
    if letter.sender not in _addresses_of(person):
        raise NotTaken(
            _("It came from an address that is not yours here. Send it from the address to which we write to you.")
        )
    if not person.is_active or not person.is_member or kind is None or kind.answer is None:
        raise NotTaken(_("You cannot reply to this by e-mail any more."))
    if letter.is_too_big:
        raise NotTaken(_("It was larger than 25 MB. Send your words without pictures and files."))
    if reading.describe(row.event, person) is None:
        raise NotTaken(_("What you answered is no longer there, or you can no longer read it."))
    text = replies.cut(letter.text)
    if not text:
        raise NotTaken(_("We found no words in it above what it quotes. Write your reply at the top of the e-mail."))
    return kind.answer(row.event, person, text, UUID(letter.key[:32]), letter.files) or ""


def _addresses_of(person: User) -> set[str]:
    own = set(EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True))
    return {address.lower() for address in {person.email, *own}}


def _write_back(person: User, said: str, *, url: str, is_posted: bool) -> None:
    """One e-mail to the person whose address it is, whoever sent the message: strangers hear nothing from us."""
    if not person.is_active or not allow("reply-note", str(person.pk), limit=MOST_NOTES, seconds=A_DAY):
        return
    context = {
        "person": person,
        "said": said,
        "is_posted": is_posted,
        "url": absolute(url),
        "site_name": settings.SITE_NAME,
    }
    subject = _("About your reply") if is_posted else _("Your reply was not posted")
    mail = EmailMultiAlternatives(
        subject=_("%(subject)s – %(site)s") % {"subject": subject, "site": settings.SITE_NAME},
        body=render_to_string("notifications/email/written_back.txt", context),
        to=[person.email],
        headers={"Auto-Submitted": "auto-replied"},
    )
    mail.attach_alternative(render_to_string("notifications/email/written_back.html", context), "text/html")
    mail.send()


def forget_old() -> None:
    """A server gives up sending the same message after days."""
    ReceivedMail.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
