from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.prepared import PreparedForReader
from knowledge.models import LibraryPage
from search.finding import find
from search.query import MOST_SEEN, NEWEST, RELEVANCE, Query
from search.results import Results
from web.limits import limited
from web.privacy import pages_visible_to

# A public page that sixty people behind one council's address use at once.
BY_ADDRESS = (1200, 600)


LIBRARY = PreparedForReader(
    lambda reader: pages_visible_to(LibraryPage.objects.only("title", "introduction", "path"), reader)[:1]
)


@require_safe
@limited("search", address=BY_ADDRESS, methods=("GET",))
def search(request: HttpRequest) -> HttpResponse:
    """Everything on the site, by words, by filters, or both."""
    query = Query.read(request.GET)
    if query.is_empty:
        return render(request, "search/start.html", {"query": query})
    return render(request, "search/search.html", _context(find(query, request.user)))


@require_safe
@limited("search", address=BY_ADDRESS, methods=("GET",))
def library(request: HttpRequest) -> HttpResponse:
    """All resources, newest first until words are given."""
    page = next(iter(LIBRARY.rows(request.user)), None)
    if page is None and LibraryPage.objects.live().exists():
        if request.user.is_anonymous:
            return redirect_to_login(request.get_full_path())
        raise Http404
    query = Query.read(request.GET, chosen={"kind": ("resource",)}, counted=("type", "topic", "sector", "place"))
    return render(request, "search/library.html", {"page": page, **_context(find(query, request.user))})


def _context(results: Results) -> dict[str, Any]:
    query = results.query
    return {
        "query": query,
        "results": results,
        "is_cut": results.total > MOST_SEEN,
        "first_url": query.address() if query.position.seen else None,
        "by_relevance": query.address(sort=RELEVANCE),
        "by_newest": query.address(sort=NEWEST),
        "unfiltered": query.address(chosen={}),
    }
