from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Each page says itself whether it may be found; these have nothing for outside search engines at all.
CLOSED_TO_ROBOTS = ("/account/", "/admin/", "/cms/", "/desk/", "/inbox/", "/me/", "/people/", "/report/", "/search/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: the page says what to do; nothing was changed."""
    return render(request, "403_csrf.html", status=403)


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where old browsers and mail scanners look for the icon without having read a page."""
    return redirect(static("img/favicon.svg"))


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """What outside search engines need not ask for."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
