"""What a resource's page tells once it is read. No GET counts anything."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from knowledge.actions import statistics
from knowledge.models import ResourcePage
from web.limits import limited

TOLD = ("views", "downloads")
# Programs that run scripts say in their name that they are programs.
PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|headless|lighthouse|monitor|python|curl|wget", re.IGNORECASE
)


@csrf_exempt
@require_POST
@limited("resource-noted", address=(1200, 600))
def noted(request: HttpRequest) -> HttpResponse:
    """A resource was read or a file of it opened: `page` and `what`.

    Beacons carry no header of ours, and a reader without an account is given no cookie for this. All that a forged
    one could do is to count one more; from other sites it is refused.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise PermissionDenied
    what, number = request.POST.get("what", ""), request.POST.get("page", "")
    if what not in TOLD or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    page = get_object_or_404(ResourcePage.objects.visible_to(request.user).only("pk"), pk=int(number))
    if not _is_left_out(request):
        statistics.count(page=page, name=what)
    return HttpResponse(status=204)


def _is_left_out(request: HttpRequest) -> bool:
    """Programs, and those who look after the library: they open its pages to work on them."""
    user = request.user
    if user.is_authenticated and (user.is_editor or user.is_moderator):
        return True
    return bool(PROGRAM.search(request.headers.get("User-Agent", "")))
