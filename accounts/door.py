"""How often somebody may try at the door: counted in the database, so that all processes of the site share the count.

Nobody is locked out of their own account by strangers: what counts against an account alone never refuses a code, and
what refuses counts against the account and the address from which it is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from web import limits
from web.emails import mailbox_of
from web.limits import Rule

AN_HOUR, A_QUARTER, TEN_MINUTES = 3600, 900, 600
PASSWORDS_FROM_ONE_ADDRESS, PASSWORDS_FROM_ANYWHERE = 10, 100
MAILS_FROM_ONE_ADDRESS, MAILS_FROM_ANYWHERE = 10, 60

# By allauth's names: what an account and what an address may send in. By address there is room for sixty people of
# one council at once; by account it is tight.
RULES: dict[str, tuple[Rule | None, Rule | None]] = {
    "account_change_password": ((10, TEN_MINUTES), None),
    "account_complete_password_reset": (None, (150, TEN_MINUTES)),
    "account_email": ((10, TEN_MINUTES), None),
    "account_login": (None, (300, 300)),
    "account_reauthenticate": ((10, TEN_MINUTES), None),
    "account_request_login_code": (None, (150, TEN_MINUTES)),
    "account_reset_password": (None, (100, TEN_MINUTES)),
    "account_set_password": ((10, TEN_MINUTES), None),
    "account_signup": (None, (100, TEN_MINUTES)),
}


class DoorLimitsMiddleware:
    """The 429 page for whoever sends the forms of the door too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "POST" or match is None or match.url_name not in RULES:
            return None
        account, address = RULES[match.url_name]
        return limits.refuse(request, match.url_name, account=account, address=address)


def may_try_here(request: HttpRequest, email: str) -> bool:
    """Whether one more password for this account may be tried from where the request comes from."""
    who = f"{email.lower()} {limits.network(request)}"
    return limits.allow("sign in here", who, limit=PASSWORDS_FROM_ONE_ADDRESS, seconds=A_QUARTER)


def may_try_passwords(email: str) -> bool:
    """Whether any password for this account is looked at for now; its owner gets in by a code all the same."""
    return limits.allow("sign in", email.lower(), limit=PASSWORDS_FROM_ANYWHERE, seconds=A_QUARTER)


def may_send_mail(request: HttpRequest, email: str) -> bool:
    """Whether the door sends one more e-mail to this address on the wish of whoever asks."""
    mailbox = mailbox_of(email)
    who = f"{mailbox} {limits.network(request)}"
    here = limits.allow("account mail here", who, limit=MAILS_FROM_ONE_ADDRESS, seconds=AN_HOUR)
    return here and limits.allow("account mail", mailbox, limit=MAILS_FROM_ANYWHERE, seconds=AN_HOUR)
