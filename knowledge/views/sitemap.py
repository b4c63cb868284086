"""The map of the site for search engines: every page of the CMS that all may read."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from web.limits import limited
from web.privacy import pages_visible_to

# A file may name 50,000 pages. Cut by number, no file costs more to find than the first.
BLOCK = 10_000
BY_ADDRESS = (120, 600)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
@limited("sitemap", address=BY_ADDRESS, methods=("GET",))
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    """Which files there are."""
    last = _pages().order_by("-pk").values_list("pk", flat=True).first() or 0
    blocks = range(last // BLOCK + 1)
    files = [urljoin(settings.BASE_URL, reverse("sitemap_block", args=[block])) for block in blocks]
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in files)
    return HttpResponse(f"{_HEAD}<sitemapindex {_SPACE}>\n{rows}</sitemapindex>\n", content_type="application/xml")


@require_safe
@limited("sitemap", address=BY_ADDRESS, methods=("GET",))  # type: ignore[arg-type]
@cache_control(public=True, max_age=3600)
def block(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """The pages with numbers in one block."""
    if number > 1_000_000:
        raise Http404
    return StreamingHttpResponse(_lines(number), content_type="application/xml")


def _pages() -> PageQuerySet:
    return pages_visible_to(Page.objects.filter(depth__gt=1), AnonymousUser())


def _lines(number: int) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_SPACE}>\n"
    roots = [root.root_path for root in Site.get_site_root_paths()]
    above = reverse("wagtail_serve", args=[""])
    rows = _pages().filter(pk__gte=number * BLOCK, pk__lt=(number + 1) * BLOCK).order_by("pk")
    for url_path, published in rows.values_list("url_path", "last_published_at").iterator(chunk_size=2000):
        root = next((root for root in roots if url_path.startswith(root)), None)
        if root is not None:
            url = escape(urljoin(settings.BASE_URL, above + url_path[len(root) :]))
            day = f"<lastmod>{timezone.localdate(published).isoformat()}</lastmod>" if published else ""
            yield f"<url><loc>{url}</loc>{day}</url>\n"
    yield "</urlset>\n"
