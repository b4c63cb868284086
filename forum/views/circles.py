"""Reflective spaces: how a moderator comes in after a report, and how a request stops that posts expire."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.circles import reports_in
from forum.forms import EnterForm, HoldForm
from forum.models import Space
from forum.views.loading import for_robots, load_space
from web.limits import limited


def _load(request: MemberRequest, slug: str) -> Space:
    """Errors: Http404 for a space that is not reflective."""
    space = load_space(request, slug)
    if not space.is_reflective:
        raise Http404
    return space


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("enter-circle", account=(20, 3600))
def enter(request: MemberRequest, slug: str) -> HttpResponse:
    """Only because of a report that waits, with a reason that the circle reads."""
    space = _load(request, slug)
    if not permissions.can_enter_circle(request.user, space):
        raise PermissionDenied
    form = EnterForm(request.POST if request.method == "POST" else None, reports=reports_in(space, request.user))
    if form.is_valid():
        report, reason = form.cleaned_data["report"], form.cleaned_data["reason"]
        actions.enter_circle(space=space, actor=request.user, report=report, reason=reason)
        messages.success(request, _("You can read this space for seven days. The people in it are told."))
        return redirect("moderation:desk")
    return for_robots(render(request, "forum/enter.html", {"space": space, "form": form}))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("hold-circle", account=(20, 3600))
def hold(request: MemberRequest, slug: str) -> HttpResponse:
    """Stops that posts expire, with a reason that the circle reads; and lets it go on."""
    space = _load(request, slug)
    if not permissions.can_hold_circle(request.user, space):
        raise PermissionDenied
    held = space.holds.filter(ended_at=None).first()
    form = HoldForm(request.POST if request.method == "POST" and held is None else None)
    if request.method == "POST" and held is not None and request.POST.get("wish") == "release":
        actions.release_circle(space=space, actor=request.user)
        messages.success(request, _("Posts expire again."))
        return redirect(space)
    if form.is_valid():
        actions.hold_circle(space=space, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Nothing in this space expires until somebody lets it."))
        return redirect(reverse("forum:hold_circle", args=[space.slug]))
    return for_robots(render(request, "forum/hold.html", {"space": space, "form": form, "held": held}))
