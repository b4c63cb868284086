"""The map of the site for search engines: whatever every visitor may read and outside search engines may have.

Rooms register what they have. A file may name 50,000 addresses; cut by the rows' numbers, none costs more to find than
the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from web.limits import limited
from web.privacy import pages_visible_to

BLOCK = 10_000
BY_ADDRESS = (120, 600)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

Line = tuple[str, dt.datetime | None]


class Part(NamedTuple):
    """`rows` are those that all may read; `lines` gives the path of each and when it changed last."""

    rows: Callable[[], QuerySet]
    lines: Callable[[QuerySet], Iterable[Line]]


_parts: dict[str, Part] = {}


def register(name: str, rows: Callable[[], QuerySet], lines: Callable[[QuerySet], Iterable[Line]]) -> None:
    """`name` stands in the addresses of its files: small letters."""
    _parts[name] = Part(rows, lines)


@require_safe
@limited("sitemap", address=BY_ADDRESS, methods=("GET",))
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    """Which files there are."""
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in _files())
    return HttpResponse(f"{_HEAD}<sitemapindex {_SPACE}>\n{rows}</sitemapindex>\n", content_type="application/xml")


def _files() -> Iterator[str]:
    for name, part in _parts.items():
        last = part.rows().order_by("-pk").values_list("pk", flat=True).first()
        for block_number in range(last // BLOCK + 1 if last else 0):
            yield urljoin(settings.BASE_URL, reverse("sitemap_block", args=[name, block_number]))


@require_safe
@limited("sitemap", address=BY_ADDRESS, methods=("GET",))  # type: ignore[arg-type]
@cache_control(public=True, max_age=3600)
def block(request: HttpRequest, name: str, number: int) -> StreamingHttpResponse:
    """The rows of one part with numbers in one block."""
    if name not in _parts or number > 1_000_000:
        raise Http404
    part = _parts[name]
    rows = part.rows().filter(pk__gte=number * BLOCK, pk__lt=(number + 1) * BLOCK).order_by("pk")
    return StreamingHttpResponse(_written(part.lines(rows)), content_type="application/xml")


def _written(lines: Iterable[Line]) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_SPACE}>\n"
    for path, changed in lines:
        url = escape(urljoin(settings.BASE_URL, path))
        day = f"<lastmod>{timezone.localdate(changed).isoformat()}</lastmod>" if changed else ""
        yield f"<url><loc>{url}</loc>{day}</url>\n"
    yield "</urlset>\n"


def _pages() -> QuerySet:
    return pages_visible_to(Page.objects.filter(depth__gt=1), AnonymousUser())


def _page_lines(rows: QuerySet) -> Iterator[Line]:
    roots = [root.root_path for root in Site.get_site_root_paths()]
    above = reverse("wagtail_serve", args=[""])
    for url_path, published in rows.values_list("url_path", "last_published_at").iterator(chunk_size=2000):
        root = next((root for root in roots if url_path.startswith(root)), None)
        if root is not None:
            yield above + url_path[len(root) :], published


register("pages", _pages, _page_lines)
