from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.models import User

WITH_NAMES = ("sector", "organisation", "place")


@require_safe
@member_required
def me(request: HttpRequest) -> HttpResponse:
    """The way to everything a member can set."""
    return render(request, "accounts/me.html")


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """One person, for members only."""
    people = User.objects.visible_to(request.user).select_related(*WITH_NAMES)
    person = get_object_or_404(people, handle=handle)
    response = render(request, "accounts/profile.html", {"person": person, "is_me": person == request.user})
    response["X-Robots-Tag"] = "noindex"
    return response
