"""What a search of the library finds, the newest first, for feed readers: only what every visitor may read."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knowledge import feeds
from search.finding import put_to_engine
from search.loading import resources_among
from search.query import NEWEST
from search.views.results import read_query
from web.limits import limited

BY_ADDRESS = (300, 600)


@require_safe
@limited("search-feed", address=BY_ADDRESS, methods=("GET",))
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The library's page with the same query string. Nothing is asked: nothing is fed."""
    if form not in feeds.GENERATORS or read_query(request.GET).is_empty:
        raise Http404
    query = read_query(request.GET, is_library=True)
    newest = replace(query, sort=NEWEST, counted=(), cursor="", size=feeds.RESOURCES)
    visitor = AnonymousUser()
    pages = resources_among(put_to_engine(newest, visitor).answer.found.matches, visitor)
    title = query.text or _("a search of the library")
    return feeds.of_pages(request, form, title, f"{reverse('library')}{query.address()}", pages)
