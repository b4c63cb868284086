"""E-mails about reports to people who have no account."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation.models import Report
from outbox.mail import REPEAT_SAFE_HEADER
from web import tokens
from web.emails import add_html

PURPOSE = "moderation.sender"
MAX_AGE = 7 * 24 * 3600


def confirm_sender(report: Report) -> None:
    """A link to a page with one button. Nothing of what was reported, nor of what they wrote, stands in the e-mail."""
    token = tokens.make(PURPOSE, {"report": report.pk})
    link = f"{settings.BASE_URL}{reverse('moderation:confirm', args=[token])}"
    subject = _("Please confirm your report %(reference)s – %(site)s")
    _send(report.sender, subject, "confirm_sender", report=report, link=link)


def report_decided(reports: Iterable[Report], state: str) -> None:
    """To senders whose address proved right: what became of their report."""
    for report in reports:
        if report.sender and report.confirmed_at:
            subject = _("We have looked at your report %(reference)s – %(site)s")
            is_upheld = state == Report.State.UPHELD
            _send(report.sender, subject, "report_decided", report=report, is_upheld=is_upheld)


def _send(to: str, subject: str, template: str, *, report: Report, **context: object) -> None:
    names = {"reference": report.reference, "site": settings.SITE_NAME}
    body = {"report": report, "site_name": settings.SITE_NAME, "base_url": settings.BASE_URL, **context}
    mail = EmailMultiAlternatives(
        subject=subject % names,
        body=render_to_string(f"moderation/email/{template}.txt", body),
        to=[to],
        headers={REPEAT_SAFE_HEADER: "yes", "Auto-Submitted": "auto-generated"},
    )
    add_html(mail)
    mail.send()
