"""The e-mails that carry a calendar file. They always come: people plan their day by them."""

from __future__ import annotations

from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.calendars import calendar
from events.models import Registration, WebinarPage
from outbox.actions import enqueue_all
from outbox.mail import REPEAT_SAFE_HEADER
from outbox.models import Job
from web.emails import add_html

ONE, ALL = "webinar-mail", "webinar-mail-all"


def send_to_all(jobs: list[Job]) -> None:
    """The outbox's handler: from one change of a session to an e-mail for everybody on its list, each once."""
    for job in jobs:
        given = job.payload
        people = Registration.objects.current().filter(session=given["session"]).values_list("pk", flat=True)
        key = f"{ONE}:{given['session']}:{given['sequence']}"
        enqueue_all(ONE, {f"{key}:{pk}": {"registration": pk, "message": given["message"]} for pk in people})


def send(jobs: list[Job]) -> None:
    """The outbox's handler. What is no longer so by now (a place given back, a page closed to them) is not sent."""
    rows = Registration.objects.select_related("session__page", "person").with_position()
    for job in jobs:
        with transaction.atomic():
            registration = rows.filter(pk=job.payload["registration"], person__is_active=True).first()
            if registration and _is_still_so(registration, job.payload["message"]):
                message(registration, job.payload["message"]).send()


def _is_still_so(registration: Registration, what: str) -> bool:
    holds = {
        "confirmed": registration.is_confirmed,
        "promoted": registration.is_confirmed,
        "waiting": registration.is_waiting,
        "changed": not registration.session.is_cancelled,
        "cancelled": registration.session.is_cancelled,
    }
    if not holds[what] or registration.state == Registration.State.CANCELLED:
        return False
    return _page(registration, registration.person).exists()


def _page(registration: Registration, reader: Any) -> Any:
    return WebinarPage.objects.visible_to(reader).filter(pk=registration.session.page_id)


def message(registration: Registration, what: str) -> EmailMultiAlternatives:
    """One e-mail in the person's own time. Of a webinar that is not public it holds the link and nothing else."""
    session, person = registration.session, registration.person
    is_public = _page(registration, AnonymousUser()).exists()
    context = {
        "registration": registration,
        "session": session,
        "page": session.page,
        "person": person,
        "is_public": is_public,
        "site_name": settings.SITE_NAME,
        "url": session.page.address,
        "mine_url": settings.BASE_URL + reverse("events:mine"),
    }
    with timezone.override(person.time_zone):
        mail = EmailMultiAlternatives(
            subject=_subject(what, session.page.title if is_public else _("a webinar")),
            body=render_to_string(f"events/email/{what}.txt", context),
            to=[person.email],
            headers={REPEAT_SAFE_HEADER: "yes", "Auto-Submitted": "auto-generated"},
        )
    add_html(mail)
    if is_public and registration.is_confirmed:
        mail.attach(_calendar_file(registration))
    return mail


def _subject(what: str, title: str) -> str:
    subjects = {
        "confirmed": _("You have a place: %(title)s"),
        "promoted": _("A place became free, and it is yours: %(title)s"),
        "waiting": _("You are in line: %(title)s"),
        "changed": _("Changed: %(title)s"),
        "cancelled": _("Cancelled: %(title)s"),
    }
    return " ".join((subjects[what] % {"title": title}).split())


def _calendar_file(registration: Registration) -> MIMEBase:
    text = calendar([registration.session], for_registered=True).decode()
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="webinar.ics")
    return part
