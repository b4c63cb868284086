"""Middleware that every request passes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

GetResponse = Callable[[HttpRequest], HttpResponse]


class BodySizeMiddleware:
    """Refuses a body larger than any upload of ours before a byte of it is read: visitors could fill the disk.

    And an address with a zero in it, for which PostgreSQL cannot be asked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.LARGEST_BODY:
            return HttpResponse(_("This is too large to send."), status=413, content_type="text/plain; charset=utf-8")
        if "\0" in request.path_info:
            return HttpResponse(
                _("There is nothing at this address."), status=404, content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)


class ClientAddressMiddleware:
    """Sets `request.client_address`; X-Forwarded-For is believed only from TRUSTED_PROXIES."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.client_address = self._address(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _address(self, request: HttpRequest) -> str:
        """The last address of the chain that is not one of our own proxies."""
        address = request.META.get("REMOTE_ADDR", "")
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        while chain and self._is_trusted(address):
            candidate = chain.pop()
            if not _is_address(candidate):
                break
            address = candidate
        return address

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class NotFoundMiddleware:
    """Shows the site's own page for what is not found, where DEBUG would list every address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if isinstance(exception, Http404) else None


class AdminPolicyMiddleware:
    """Loosens the content security policy for the pages of Wagtail's and Django's admin, and only for those."""

    prefixes = ("/cms/", "/admin/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.prefixes):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response
