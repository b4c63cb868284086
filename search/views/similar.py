from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from search.similar import similar_to
from web.limits import limited


@require_safe
@limited("similar", address=(1200, 600), methods=("GET",))
def similar(request: HttpRequest) -> HttpResponse:
    """A piece of a page: what there is already about `?title=`. Empty where there is nothing."""
    return render(request, "search/similar.html", {"similar": similar_to(request.GET.get("title", ""), request.user)})
