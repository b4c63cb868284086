"""What the results page tells once it is shown, and when a result is opened. No GET counts anything."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from search import asked, recent
from web import tokens
from web.limits import limited, spent

PURPOSE = "search-noted"
SECONDS = 24 * 3600
# The same words are counted so often a day for one account, and for all behind one address.
SAME_BY_ACCOUNT, SAME_BY_ADDRESS = (5, SECONDS), (100, SECONDS)


def token_for(reader: int | None, *, text: str, found: int, shown: int, promoted: bool) -> str:
    """What a page of results may tell of itself, signed, for this reader alone."""
    value = {"reader": reader, "text": text, "found": found, "shown": shown, "promoted": promoted}
    return tokens.make(PURPOSE, value)


@csrf_exempt
@require_POST
@limited("search-noted", address=(1200, 600))
def noted(request: HttpRequest) -> HttpResponse:
    """The results were shown, or with `position` one of them was opened.

    Beacons carry no header of ours. The signed token is the right to have this one search counted for this one reader
    and nothing else, so no CSRF token is asked for, and a visitor who searches is given no cookie.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise PermissionDenied
    page = _read(request)
    if "position" in request.POST:
        position = _position(request, page)
        if _is_new(request, f"position {position}") and _counts(request, "opened", page):
            asked.note_click(text=page["text"], position=position, is_first=_is_new(request, "opened"))
    elif _is_new(request, "shown"):
        if _counts(request, "shown", page):
            _note_search(request, page)
        if request.user.is_authenticated:
            recent.remember(person=request.user, text=page["text"])
    return HttpResponse(status=204)


def _note_search(request: HttpRequest, page: dict[str, Any]) -> None:
    numbers = {name: page[name] for name in ("found", "shown", "promoted")}
    asked.note_search(text=page["text"], reader=request.user, **numbers)


def _counts(request: HttpRequest, what: str, page: dict[str, Any]) -> bool:
    """A script that asks the same all day says no more to editors than a person who comes back to it."""
    # A limit's name is kept as it is.
    name = f"search-{what} {asked.digest_of(page['text'])[:24]}"
    return not spent(request, name, account=SAME_BY_ACCOUNT, address=SAME_BY_ADDRESS)


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        page = tokens.read(request.POST.get("token", ""), PURPOSE, max_age=SECONDS)
    except tokens.BadToken:
        raise Http404(_("This page is too old to be counted.")) from None
    if page["reader"] != request.user.pk:
        raise PermissionDenied
    return page


def _is_new(request: HttpRequest, what: str) -> bool:
    """Each thing is told of a page once, however often its token is sent."""
    return tokens.use_once(f"{request.POST['token']} {what}", max_age=SECONDS)


def _position(request: HttpRequest, page: dict[str, Any]) -> int:
    """Which result; 0 is what editors chose."""
    text = request.POST["position"]
    lowest = 0 if page["promoted"] else 1
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    if not lowest <= number <= page["shown"]:
        raise Http404
    return number
