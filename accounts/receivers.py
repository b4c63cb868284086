"""Answers to allauth's own signals, and to Django's word that a migration is done."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from accounts import actions, rights, sessions


def email_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    actions.confirm_member(person=email_address.user)


def signed_in(request: HttpRequest, **kwargs: Any) -> None:
    sessions.apply_rule(request)


def migrated(**kwargs: Any) -> None:
    rights.grant()
