"""Programmes side by side, and the map of the evidence."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from knowledge import comparing, drawing
from knowledge import evidence_map as mapping
from knowledge.models import ResourcePage
from web.limits import limited

BY_ADDRESS = (1200, 600)


@require_safe
@limited("compare", address=BY_ADDRESS, methods=("GET",))
def compare(request: HttpRequest) -> HttpResponse:
    """`?id=1&id=2`: up to four programmes. More are cut off, and the page says so."""
    ids = comparing.numbers(request.GET.getlist("id"))
    found = comparing.compare(ids[: 5 * comparing.MOST], request.user)
    chosen = [page.pk for page in found.pages]
    context = {
        "comparison": found,
        "columns": [(page, _address(pk for pk in chosen if pk != page.pk)) for page in found.pages],
        "others": [],
        "is_cut": len(ids) > comparing.MOST,
        "most": comparing.MOST,
        "library_url": _library(chosen),
    }
    if len(chosen) < comparing.MOST:
        near = comparing.others(found.pages, request.user)
        context["others"] = [(page, _address([*chosen, page.pk])) for page in near]
    return render(request, "knowledge/compare.html", context)


def _address(ids: Any) -> str:
    return f"{reverse('compare')}?{urlencode([('id', pk) for pk in ids])}"


def _library(chosen: list[int]) -> str:
    """The library's programmes, which remembers in its address what is chosen already."""
    query = [("type", ResourcePage.Kind.PROGRAMME.value), *(("compare", pk) for pk in chosen)]
    return f"{reverse('library')}?{urlencode(query)}"


@require_safe
@limited("evidence-map", address=BY_ADDRESS, methods=("GET",))
def evidence_map(request: HttpRequest) -> HttpResponse:
    """`?scheme=`, `?by=topic` or outcome, `?as=table`. What is none of these is the first of each."""
    schemes = mapping.schemes(request.user)
    asked = request.GET.get("scheme", "")
    scheme = next((each for each in schemes if each.value == asked), schemes[0] if schemes else None)
    by = mapping.OUTCOME if request.GET.get("by") == mapping.OUTCOME else mapping.TOPIC
    as_table = request.GET.get("as") == "table"
    context: dict[str, Any] = {"schemes": [], "scheme": scheme, "by": by, "as_table": as_table, "map": None}
    if scheme:
        found = mapping.evidence_map(scheme.value, by, request.user)
        chosen = {"scheme": scheme.value, "by": by, "as": "table" if as_table else "picture"}
        context |= {
            "map": found,
            "picture": None if as_table else drawing.draw(found),
            "schemes": [(each, _changed(chosen, scheme=each.value)) for each in schemes],
            "by_topic": _changed(chosen, by=mapping.TOPIC),
            "by_outcome": _changed(chosen, by=mapping.OUTCOME),
            "picture_url": _changed(chosen, **{"as": "picture"}),
            "table_url": _changed(chosen, **{"as": "table"}),
        }
    return render(request, "knowledge/evidence_map.html", context)


def _changed(chosen: dict[str, str], **changes: str) -> str:
    return f"?{urlencode({**chosen, **changes})}"
