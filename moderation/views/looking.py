"""Saying that one is looking at a report, and that one is not any more."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, moderator_required
from moderation import actions, registry
from moderation import desk as desks
from moderation.permissions import can_decide
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
@limited("decide", account=(240, 600))
def look(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """Take a thing to look at, take it over, or leave it. Whoever comes by a link is shown the thing."""
    if request.method != "POST":
        return redirect("moderation:thing", kind=kind, pk=pk)
    item = desks.one(request.user, registry.of_kind(kind), pk)
    if item is None:
        raise Http404
    if not can_decide(request.user, item.summary) or item.closed_url:
        raise PermissionDenied
    subject = item.subject or item.adapter.model(pk=pk)
    if "stop" in request.POST:
        actions.stop_looking(subject=subject, actor=request.user)
        messages.success(request, _("The others see that it is free again."))
        return redirect(item.url)
    seen = request.POST.get("instead_of", "")
    try:
        is_waiting = actions.look(
            subject=subject, actor=request.user, instead_of=int(seen) if seen.isdecimal() and len(seen) < 19 else None
        )
    except actions.SomebodyLooksError:
        messages.warning(request, _("Somebody else was quicker: see below. You can still take it over, or decide."))
    else:
        if is_waiting:
            messages.success(request, _("The others see that you are looking at this."))
        else:
            messages.info(request, _("Nothing waits about this any more."))
    return redirect(item.url)
