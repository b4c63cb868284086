from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from web import videos

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
