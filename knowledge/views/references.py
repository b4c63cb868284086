"""How to cite a resource: references to copy, and files for the programs that keep them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from knowledge import metadata
from knowledge.exchange.formats import WRITERS
from knowledge.exchange.references import STYLES, reference
from knowledge.models import ResourcePage
from web.limits import limited

BY_ADDRESS = (600, 600)
FILES = {name: writer for name, writer in WRITERS.items() if name not in STYLES}


@require_safe
@limited("reference", address=BY_ADDRESS, methods=("GET",))
def references(request: HttpRequest, pk: int) -> HttpResponse:
    """The reference in each style, and the ways to download it."""
    page = _visible(request, pk)
    item = metadata.record(page)
    shown = [(style, title, reference(item, style)) for style, title in STYLES.items()]
    files = [(name, writer.title) for name, writer in FILES.items()]
    return render(request, "knowledge/reference.html", {"page": page, "references": shown, "files": files})


@require_safe
@limited("reference", address=BY_ADDRESS, methods=("GET",))
def reference_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The record as a file of one of WRITERS."""
    if form not in WRITERS:
        raise Http404
    page, writer = _visible(request, pk), WRITERS[form]
    text = "".join(writer.write([metadata.record(page)]))
    response = HttpResponse(text, content_type=f"{writer.content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{page.slug[:60]}.{writer.ending}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _visible(request: HttpRequest, pk: int) -> ResourcePage:
    return get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=pk)
