"""Each place's help page: who to tell, now, by day and by night. For everybody on the internet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from vocabulary.models import Place


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every place that has a page, the reader's own first."""
    mine = request.user.place if request.user.is_authenticated else None
    context = {"places": Place.with_help().order_by("name"), "mine": mine and mine.helping()}
    return render(request, "moderation/help.html", context)


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """One place; for a ward, what its council says."""
    found = get_object_or_404(Place, slug=slug)
    return render(request, "moderation/help_place.html", {"place": found.helping(), "asked": found})
