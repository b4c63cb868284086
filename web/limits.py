"""How often something may be done, counted in the database so that all processes share the count."""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import math
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from web import kept
from web.addresses import is_in_admin
from web.models import Allowance

# The first use makes the row, later ones count on it, all in one statement: it returns nothing where none is left.
_USE = """
    INSERT INTO web_allowance (key, "window", used, expires_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (key, "window") DO UPDATE SET used = web_allowance.used + 1 WHERE web_allowance.used < %s
    RETURNING used
"""

# For every write that has no limit of its own. The CMS saves a preview every few seconds while somebody types.
WRITES, WRITES_IN_ADMIN, WRITES_FROM_ONE_ADDRESS = (300, 600), (1500, 600), (1500, 600)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
# By name of the address, with the reason.
UNLIMITED = {"account_logout": "Nobody must be kept from signing out."}

View = Callable[..., HttpResponse]
Rule = tuple[int, int]
Rules = Rule | Callable[[HttpRequest], Rule]


def allow(name: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count one use; False when `who` has used up `limit` in this window of `seconds`.

    Call it outside a transaction that may be rolled back, or the use is forgotten with it.
    """
    if limit < 1:
        return False
    window = int(time.time() // seconds)
    expires_at = dt.datetime.fromtimestamp((window + 1) * seconds, dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(_USE, [_key(name, who), window, connection.ops.adapt_datetimefield_value(expires_at), limit])
        return cursor.fetchone() is not None


def limited(
    name: str, *, account: Rules | None = None, address: Rule | None = None, methods: tuple[str, ...] = ("POST",)
) -> Callable[[View], View]:
    """View decorator: at most (times, seconds) an account and an address, else the 429 page.

    What an account may do can depend on whose it is: then `account` is asked with the request.

    Limits by account are tight; those by address must leave room for sixty people behind one council's address.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # Asking for the head of a page costs what the page costs.
            is_counted = ("GET" if request.method == "HEAD" else request.method) in methods
            refused = None
            if is_counted:
                own = account(request) if callable(account) else account
                refused = refuse(request, name, account=own, address=address)
            return refused or view(request, *args, **kwargs)

        wrapped.is_limited = "POST" in methods  # type: ignore[attr-defined]
        return wrapped

    return decorate


class LimitWritesMiddleware:
    """No address of the site can be written to without a limit, whoever forgets to give it one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.method in SAFE_METHODS or getattr(view, "is_limited", False):
            return None
        if match is not None and match.url_name in UNLIMITED:
            return None
        own = WRITES_IN_ADMIN if is_in_admin(request) else WRITES
        return refuse(request, "write", account=own, address=WRITES_FROM_ONE_ADDRESS)


def refuse(
    request: HttpRequest, name: str, *, account: Rule | None = None, address: Rule | None = None
) -> HttpResponse | None:
    """Count one use for the account and one for the address; the 429 page where either has no more left."""
    seconds = spent(request, name, account=account, address=address)
    return too_many(request, seconds) if seconds else None


def spent(request: HttpRequest, name: str, *, account: Rule | None = None, address: Rule | None = None) -> int:
    """Count one use for the account and one for the address; the length of the window in which one has none left."""
    for who, (limit, seconds) in _rules(request, account, address):
        if not allow(name, who, limit=limit, seconds=seconds):
            return seconds
    return 0


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """The 429 page: how long to wait, and the text that was typed, to copy."""
    wait = math.ceil(seconds - time.time() % seconds)
    context = {"wait": _in_words(wait), "typed": kept.long_texts(request)}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def forget_expired() -> None:
    """Take away the counts of windows that are over."""
    Allowance.objects.filter(expires_at__lt=timezone.now()).delete()


def _rules(request: HttpRequest, account: Rule | None, address: Rule | None) -> list[tuple[str, Rule]]:
    rules = []
    if account and request.user.is_authenticated:
        rules.append((f"account:{request.user.pk}", account))
    if address:
        rules.append((f"address:{network(request)}", address))
    return rules


def network(request: HttpRequest) -> str:
    """The client's address; of IPv6 the first half, since one household holds all of the second."""
    address = getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", "")
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        return address


def _key(name: str, who: str) -> str:
    """A keyed digest: the table names no account and no address."""
    return f"{name[:50]}:{salted_hmac('web.limits', f'{name}:{who}', algorithm='sha256').hexdigest()}"


def _in_words(seconds: int) -> str:
    if seconds < 3600:
        minutes = max(1, math.ceil(seconds / 60))
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = math.ceil(seconds / 3600)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
