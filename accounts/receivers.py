"""Answers to allauth's own signals, and to Django's word that a migration is done."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import actions, rights, sessions


def email_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Who signs in by a code sent to an address that was never confirmed may not be who joined with it."""
    person = email_address.user
    shown = {record.get("method") for record in get_authentication_records(request, person)}
    by_code_alone = "code" in shown and "password" not in shown
    if actions.confirm_member(person=person, forget_password=by_code_alone):
        said = _(
            "Your address is confirmed. The password that was chosen for it when somebody joined is forgotten, in case "
            "that was not you: sign in by a code, or choose a new one under your settings."
        )
        messages.info(request, said)


def signed_in(request: HttpRequest, **kwargs: Any) -> None:
    sessions.apply_rule(request)


def migrated(**kwargs: Any) -> None:
    rights.grant()
