"""E-mails about an account that allauth does not send."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import User
from outbox.mail import REPEAT_SAFE_HEADER
from web.emails import add_html


def account_deleted(person: User) -> None:
    """The last e-mail: it also tells the owner if it was somebody else who did it."""
    context = {"name": person.display_name, "site_name": settings.SITE_NAME, "base_url": settings.BASE_URL}
    mail = EmailMultiAlternatives(
        subject=_("Your account is deleted – %(site)s") % {"site": settings.SITE_NAME},
        body=render_to_string("accounts/email/account_deleted.txt", context),
        to=[person.email],
        headers={REPEAT_SAFE_HEADER: "yes", "Auto-Submitted": "auto-generated"},
    )
    add_html(mail)
    mail.send()
