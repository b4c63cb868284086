"""One page with one button, for links that would change something: no GET does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise


def confirmation(
    request: HttpRequest,
    *,
    title: str | Promise,
    text: str | Promise,
    button: str | Promise,
    cancel_url: str | None = None,
    danger: bool = False,
) -> HttpResponse:
    """The page. Its button posts to the page's own address."""
    context = {"title": title, "text": text, "button": button, "cancel_url": cancel_url, "danger": danger}
    return render(request, "web/confirm.html", context)
