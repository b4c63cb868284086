"""Who may open a view. What needs more than a group asks the room's own permissions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """What a view is given behind these decorators, and behind Django's `login_required`."""

    user: User
    htmx: HtmxDetails


def to_login(request: HttpRequest) -> HttpResponse:
    """The way to sign in, and back to the page. What somebody was typing there is kept by a middleware of `web`."""
    return redirect_to_login(_page_of_form(request) if request.method == "POST" else request.get_full_path())


def _page_of_form(request: HttpRequest) -> str:
    """Where the form stood: many addresses that take a POST show no page of their own."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        page = urlsplit(referer)
        return f"{page.path}?{page.query}" if page.query else page.path
    return request.get_full_path()


def member_required(view: View) -> View:
    """For people whose address is confirmed. A visitor signs in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        if not request.user.is_member:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def hidden_unless(may: Callable[[User], bool]) -> Callable[[View], View]:
    """404 with a way to sign in for a visitor, 403 for a member who may not."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                if request.method == "POST":
                    return to_login(request)
                raise Http404
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


moderator_required = hidden_unless(lambda user: user.is_moderator)
