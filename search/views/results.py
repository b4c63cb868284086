"""The page of results, and the library, which is the same page over resources."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.prepared import PreparedForReader
from knowledge.comparing import MOST, numbers
from knowledge.models import LibraryPage
from search.exports import FORMATS, MOST_ROWS
from search.facets import EVERYWHERE, IN_LIBRARY
from search.finding import find
from search.query import HELPFUL, MOST_SEEN, NEWEST, RELEVANCE, Query
from search.results import Results
from search.views.helping import examples
from search.ways_on import ways_on
from web.fragments import kept
from web.limits import limited
from web.privacy import pages_visible_to

# A public page that sixty people behind one council's address use at once.
BY_ADDRESS = (1200, 600)
ORDERS: dict[str, str | Promise] = {
    RELEVANCE: _("Best match"),
    NEWEST: _("Newest"),
    HELPFUL: _("Most helpful"),
}
# Not that of an operator: without it a search would be for just this.
_MINUS = re.compile(r"(?<!\S)-+(?=\S)(?!(?:in|topic|is):)", re.IGNORECASE | re.ASCII)
# Ways to take a list along are kept for so many lists.
MOST_LISTS = 200
# With so few results something wider is offered too.
FEW = 3
LIBRARY = PreparedForReader(
    lambda reader: pages_visible_to(LibraryPage.objects.only("title", "introduction", "path"), reader)[:1]
)


class Way(NamedTuple):
    """A link to the same search with a change."""

    name: str | Promise
    url: str
    is_current: bool = False


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything on the site, by words, by filters, or both."""
    query = read_query(request.GET)
    if query.is_empty:
        # Nothing is looked for, so nothing is counted.
        return render(request, "search/start.html", {"query": query, "examples": examples()[:3]})
    return _found(request, query)


@limited("search", address=BY_ADDRESS, methods=("GET",))
def _found(request: HttpRequest, query: Query) -> HttpResponse:
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
    query = read_query(request.GET, is_library=True)
    context = _context(find(query, request.user))
    more = {
        "page": page,
        "comparing": _comparing(context, request.GET),
        # What somebody asked for, whose news are a feed of their own.
        "search": query.address() if query.text or context["chosen_filters"] else "",
    }
    return render(request, "search/library.html", {**more, **context})


def _comparing(context: dict[str, Any], parameters: QueryDict) -> dict[str, Any] | None:
    """Where programmes are among the results: those that were chosen before, from the page that compares them."""
    if not any(hit.compare for hit in context["results"].hits):
        return None
    return {"chosen": numbers(parameters.getlist("compare"))[:MOST]}


def read_query(parameters: QueryDict, *, is_library: bool = False) -> Query:
    """The query that an address of one of the two pages asks for."""
    query = Query.read(parameters, chosen={"kind": ("resource",)} if is_library else None)
    always = IN_LIBRARY if is_library else EVERYWHERE
    # What somebody chose elsewhere, as in the library or on the evidence map, is shown where it narrows.
    return replace(query, counted=(*always, *(facet for facet in query.choices if facet not in always)))


def _context(results: Results) -> dict[str, Any]:
    query = results.query
    return {
        "query": query,
        "results": results,
        "is_cut": results.total > MOST_SEEN,
        "first_url": query.address() if query.position.seen else None,
        "orders": tuple(
            Way(str(name), query.address(sort=sort), query.order == sort)
            for sort, name in ORDERS.items()
            if query.has_words or sort != RELEVANCE
        ),
        "chosen_filters": results.chosen,
        "has_filters": bool(results.facets),
        "unfiltered": query.address(chosen={}),
        "exactly": query.address(exact=True),
        "without_minus": query.address(text=_MINUS.sub("", query.text)) if query.is_of_wholes else "",
        "meant": query.address(text=results.did_you_mean),
        "additions": [
            Way(each.label, query.address(taken_out=(*query.taken_out, each.key))) for each in results.additions
        ],
        "taken_out": [
            Way(key.replace("-", " "), query.address(taken_out=tuple(one for one in query.taken_out if one != key)))
            for key in query.taken_out
        ],
        "exports": _exports(query.address(), bool(query.fixed)) if results.hits else (),
        "most_exported": MOST_ROWS,
        "ways_on": ways_on(results) if results.total <= FEW else None,
    }


@kept(MOST_LISTS)
def _exports(asked: str, is_library: bool) -> tuple[Way, ...]:
    """The same list as a file. Only resources are cited."""
    fixed = "&library=1" if is_library else ""
    addresses = {name: f"{reverse('search_export', args=[name])}{asked}{fixed}" for name in FORMATS}
    return tuple(Way(str(each.title), addresses[name]) for name, each in FORMATS.items())
