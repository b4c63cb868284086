"""Middleware that every request passes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from web import filling, kept
from web.addresses import is_in_admin
from web.privacy import pages_open_to

GetResponse = Callable[[HttpRequest], HttpResponse]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d{1,5})?|([\d.]+):\d{1,5}")


class BodySizeMiddleware:
    """Refuses a body larger than any upload of ours before a byte of it is read: visitors could fill the disk.

    And an address with a zero in it, for which PostgreSQL cannot be asked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.LARGEST_BODY:
            most = {"size": filesizeformat(settings.LARGEST_BODY)}
            words = _("This is too large to send: at most %(size)s at once. Go back, and choose less.") % most
            return HttpResponse(words, status=413, content_type="text/plain; charset=utf-8")
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
        found = _address_in(address)
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while found is not None:
            address = str(found)
            found = _address_in(chain.pop()) if chain and self._is_trusted(found) else None
        return address

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)


def _address_in(text: str) -> Address | None:
    """An address, which some proxies write with the port that it came from, or IPv4 as if it were IPv6."""
    host = _WITH_PORT.fullmatch(text.strip())
    try:
        found = ipaddress.ip_address(host[1] or host[2] if host else text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


class NotFoundMiddleware:
    """Shows the site's own page for what is not found, where DEBUG would list every address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if isinstance(exception, Http404) else None


class OldAddressMiddleware(RedirectMiddleware):
    """Leads from an old address to where a page stands now, but for those who may not read it: that says its title."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        if answer is response or self._may_follow(request):
            return answer
        return response if request.user.is_authenticated else redirect_to_login(request.get_full_path())

    def _may_follow(self, request: HttpRequest) -> bool:
        """Of every page that this address once led to: what was never published is a draft."""
        path = Redirect.normalise_path(request.get_full_path())
        asked = Redirect.objects.filter(old_path__in=[path, path.partition("?")[0]], redirect_page__isnull=False)
        pages = Page.objects.filter(pk__in=asked.values("redirect_page"))
        seen = pages_open_to(pages.exclude(live=False, first_published_at=None), request.user)
        return not pages.exclude(pk__in=seen.values("pk")).exists()


class AdminPolicyMiddleware:
    """Loosens the content security policy for the pages of Wagtail's and Django's admin, and only for those."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_in_admin(request):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response


class KeptTypingMiddleware:
    """A session that ends keeps what was being typed, whatever the form: see `web.kept`.

    Stands within all that may sign somebody out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        is_fragment = "HX-Request" in request.headers
        waiting = kept.waiting(request) if is_signed_in else {}
        response = self.get_response(request)
        if is_fragment and not is_signed_in and kept.is_refused(response):
            return self._said(request)
        if request.method == "POST" and not is_signed_in:
            return self._kept(request, response)
        if request.method == "GET" and waiting and not is_fragment:
            self._give_back(request, response, waiting)
        return response

    def _said(self, request: HttpRequest) -> HttpResponse:
        """Instead of the page to sign in, which htmx would put into the form that somebody is writing in."""
        if request.method != "POST":
            return HttpResponse(status=204)
        return HttpResponse(
            _("You are signed out. Nothing is lost: send the form, sign in, and what you wrote is back.")
        )

    def _kept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        # A form that may be forged has been answered by a page of its own, `web.views.csrf_failure`.
        is_our_form = getattr(request, "csrf_processing_done", False)
        page = kept.keep(request) if is_our_form and kept.is_refused(response) else ""
        return redirect_to_login(page) if page else response

    def _give_back(self, request: HttpRequest, response: HttpResponse, waiting: dict[str, kept.Typed]) -> None:
        here = request.get_full_path()
        if response.status_code == 302:
            kept.move(request, here, response["Location"])
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return
        page = filling.Page(response.content.decode(), here)
        for address, typed in waiting.items():
            form = page.form_for(address, typed.fields)
            context = _notice(typed, form, is_here=typed.page == here)
            if not page.put_first(render_to_string("web/kept.html", context, request)):
                return
            if form or typed.page == here:
                kept.forget(request, address)
        response.content = page.html()
        response["Cache-Control"] = "private, no-store"


def _notice(typed: kept.Typed, form: filling.Form | None, *, is_here: bool) -> dict[str, Any]:
    """What to say of something typed: that it is back in `form`, what has no place there, or where to find it."""
    if form is None and not is_here:
        return {"page": typed.page if typed.has_words else ""}
    first, left = form.fill(typed.fields) if form else ("", typed.fields)
    return {"first": first, "left": kept.worth_copying(left), "has_files": bool(form and form.has_files)}
