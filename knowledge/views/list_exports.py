"""A list as a file: what the reader may see of it, with the notes of whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from knowledge import citing, listing
from knowledge.exchange.formats import WRITERS
from knowledge.exchange.record import Item
from knowledge.models import ReadingList
from web.limits import limited

BY_ADDRESS = (60, 600)


class Way(NamedTuple):
    title: str | Promise
    url: str


def ways(address: str) -> list[Way]:
    """Every format that a list at this address can be had in."""
    return [Way(writer.title, f"{address}export/{name}/") for name, writer in WRITERS.items()]


@require_safe
@limited("list-export", address=BY_ADDRESS, methods=("GET",))  # type: ignore[arg-type]
def export(request: HttpRequest, form: str, pk: int = 0, token: str = "") -> StreamingHttpResponse:
    """By the list's number, or by the token of its link."""
    if form not in WRITERS:
        raise Http404
    if token:
        reading_list = get_object_or_404(ReadingList.objects.behind_link(token))
    else:
        reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user), pk=pk)
    writer = WRITERS[form]
    response = StreamingHttpResponse(
        writer.write(_items(request, reading_list)), content_type=f"{writer.content_type}; charset=utf-8"
    )
    name = slugify(reading_list.title)[:60] or "list"
    response["Content-Disposition"] = f'attachment; filename="{name}.{writer.ending}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _items(request: HttpRequest, reading_list: ReadingList) -> Iterator[Item]:
    rows = [item for item in listing.items_of(reading_list, request.user) if item.page]
    cited = citing.items([item.page for item in rows if item.page], request.build_absolute_uri)
    for item, record in zip(rows, cited, strict=True):
        if item.row.note:
            record["note"] = "\n".join(filter(None, [item.row.note, record.get("note", "")]))
        yield record
