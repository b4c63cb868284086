"""E-mails to people who have no account, or none that is open."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation.models import Decision, Report
from moderation.wording import words_for
from outbox.mail import REPEAT_SAFE_HEADER
from web import tokens
from web.emails import add_html

PURPOSE, CLOSED = "moderation.sender", "moderation.closed"
MAX_AGE = 7 * 24 * 3600


def confirm_sender(report: Report) -> None:
    """A link to a page with one button. Nothing of what was reported, nor of what they wrote, stands in the e-mail."""
    token = tokens.make(PURPOSE, {"report": report.pk})
    link = f"{settings.BASE_URL}{reverse('moderation:confirm', args=[token])}"
    subject = _("Please confirm your report %(reference)s – %(site)s")
    _send(report.sender, subject, "confirm_sender", report=report, link=link)


def report_decided(reports: Iterable[Report], verb: str) -> None:
    """To senders whose address proved right: what became of their report."""
    for report in reports:
        if report.sender and report.confirmed_at:
            subject = _("We have looked at your report %(reference)s – %(site)s")
            _send(report.sender, subject, "report_decided", report=report, outcome=words_for(verb).outcome)


def account_closed(decision: Decision) -> None:
    """To somebody whose account was closed; the reasons stand on the page that the link leads to."""
    person = decision.author
    if person is not None:
        subject = _("Your account is closed – %(site)s")
        link = f"{settings.BASE_URL}{closed_page(decision)}"
        _send(person.email, subject, "account_closed", decision=decision, name=person.display_name, link=link)


def closed_page(decision: Decision) -> str:
    """Where the person reads why their account is closed; nobody else has the address."""
    return reverse("moderation:closed", args=[tokens.make(CLOSED, {"decision": decision.pk})])


def _send(to: str, subject: str, template: str, *, report: Report | None = None, **context: object) -> None:
    names = {"reference": report.reference if report else "", "site": settings.SITE_NAME}
    body = {"report": report, "site_name": settings.SITE_NAME, "base_url": settings.BASE_URL, **context}
    mail = EmailMultiAlternatives(
        subject=subject % names,
        body=render_to_string(f"moderation/email/{template}.txt", body),
        to=[to],
        headers={REPEAT_SAFE_HEADER: "yes", "Auto-Submitted": "auto-generated"},
    )
    add_html(mail)
    mail.send()
