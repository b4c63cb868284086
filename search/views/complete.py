from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from search.completion import Group, Item, complete
from web.limits import spent

SECONDS = 60
# Whoever types fast asks three times a second; an office of sixty seldom types all at once.
BY_ACCOUNT, BY_ADDRESS = (600, 300), (9000, 300)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the search box offers for `?q=`, all sorts in one answer.

    {"groups": [{"title", "items": [{"text", "url"}]}], "status": what a screen reader says}; with status 429 empty
    """
    # One statement for each: members are known by their account, visitors by their address alone.
    by_address = None if request.user.is_authenticated else BY_ADDRESS
    seconds = spent(request, "search-complete", account=BY_ACCOUNT, address=by_address)
    if seconds:
        headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
        return JsonResponse({"groups": [], "status": ""}, status=429, headers=headers)
    text = request.GET.get("q", "")
    groups = complete(text, request.user)
    if groups and not text.strip():
        groups.append(Group("", [Item(_("Forget these, or turn this off"), f"{reverse('searches')}#recent")]))
    answer = {
        "groups": [{"title": group.title, "items": [item._asdict() for item in group.items]} for group in groups],
        "status": _status(groups),
    }
    response = JsonResponse(answer)
    if not request.user.is_authenticated:
        response["Cache-Control"] = f"private, max-age={SECONDS}"
    return response


def _status(groups: list[Group]) -> str:
    number = sum(len(group.items) for group in groups)
    if not number:
        return _("No suggestions.")
    status = ngettext("%(n)d suggestion. Use the arrow keys.", "%(n)d suggestions. Use the arrow keys.", number)
    return status % {"n": number}
