from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from web import kept, videos

# Each page says itself whether it may be found; these have nothing for outside search engines at all.
CLOSED_TO_ROBOTS = ("/account/", "/admin/", "/cms/", "/desk/", "/inbox/", "/me/", "/people/", "/report/", "/search/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: nothing was changed, and what was typed is kept or shown.

    A browser that has lost its cookies, or takes none, cannot be given anything back: the page shows it to be copied.
    """
    page, typed = "", []
    if "HX-Request" not in request.headers and _comes_from_us(request) and not kept.is_somebody_elses(request):
        page, typed = kept.keep(request), kept.long_texts(request)
    response = render(request, "403_csrf.html", {"page": page, "typed": typed}, status=403)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page stands alone: what is refused for its host has no reader and no session yet."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def _comes_from_us(request: HttpRequest) -> bool:
    """Whether the form stood on a page of ours: nobody else's page may have our pages say what it likes."""
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()


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
    lines.append(f"Sitemap: {settings.BASE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, token: str) -> HttpResponse:
    """A video of another site: asked first, played once the reader has said yes. Nothing is remembered of it."""
    video = videos.read(token)
    if video is None:
        raise Http404
    player = videos.player(video) if request.method == "POST" else ""
    shown = {"video": video, "player": player, "is_asked": request.method == "POST"}
    response = render(request, "web/watch.html", shown)
    if player:
        response._csp_update = {"frame-src": [f"https://{urlsplit(player).hostname}"]}  # type: ignore[attr-defined]
    return response
