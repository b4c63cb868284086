"""A list of results as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from search.exports import FORMATS, Export
from search.views.results import read_query
from web.limits import limited

# Each is up to fifty pages of results at once.
BY_ADDRESS = (60, 600)


@require_safe
@limited("search-export", address=BY_ADDRESS, methods=("GET",))  # type: ignore[arg-type]
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """What the page with the same query string shows, to its last result. Nothing is asked: nothing is listed."""
    query = read_query(request.GET, is_library="library" in request.GET)
    if form not in FORMATS or query.is_empty:
        raise Http404
    wanted = FORMATS[form]
    lines = wanted.lines(Export(query, request.user, request.build_absolute_uri))
    response = StreamingHttpResponse(lines, content_type=f"{wanted.content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="results.{wanted.ending}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
