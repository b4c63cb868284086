from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts import sessions

GetResponse = Callable[[HttpRequest], HttpResponse]


def may_be_signed_in(request: HttpRequest) -> bool:
    """False for a visitor without a session cookie, for whom neither session nor database is touched."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class PrivatePagesMiddleware:
    """Nothing of a member's pages stays in the browser: Back shows nothing after signing out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = may_be_signed_in(request) and request.user.is_authenticated
        if was_signed_in and sessions.has_idled(request):
            logout(request)
            messages.info(request, _("You were away for a while, so we signed you out of this shared computer."))
        response = self.get_response(request)
        if was_signed_in:
            self._keep_private(request, response)
        return response

    def _keep_private(self, request: HttpRequest, response: HttpResponse) -> None:
        # A view that has decided for itself, as the one for files does, knows better.
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Cookie"])
        elif request.session.modified:
            # The session's cookie goes along, which no cache between us may keep and give to others.
            response["Cache-Control"] = "private, no-store"
        if not request.user.is_authenticated:
            # "cookies" would reach every site of the council's domain; Django deletes our own by itself.
            response["Clear-Site-Data"] = '"cache", "storage"'


class TimezoneMiddleware:
    """Shows times in the reader's own zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if may_be_signed_in(request) and request.user.is_authenticated:
            timezone.activate(zoneinfo.ZoneInfo(request.user.time_zone))
        else:
            timezone.deactivate()
        return self.get_response(request)
