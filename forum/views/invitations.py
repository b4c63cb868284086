"""Where the link of an invitation by e-mail leads, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.views.loading import load_space
from web.confirm import confirmation
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads; whoever has to sign in or join first is told that it leads back here."""
    if not request.user.is_authenticated and actions.find_invitation(token):
        told = _("You are invited. Sign in, or join, with the address that we wrote to: then you come back here.")
        messages.info(request, told)
    return _accept(request, token)


@member_required
@limited("invitation", account=(30, 600))
def _accept(request: MemberRequest, token: str) -> HttpResponse:
    """One page with one button, for whoever owns the address that was written to."""
    found = actions.find_invitation(token)
    if found is None:
        messages.error(request, _("This invitation does not work any more. Ask whoever invited you for a new one."))
        return redirect("forum:index")
    if not actions.is_for(invitation=found, person=request.user):
        messages.error(
            request, _("This invitation went to another address. Sign in with that one, or add it to your account.")
        )
        return redirect("forum:index")
    if request.method == "POST":
        space = found.space
        try:
            actions.accept_invitation(invitation=found, person=request.user)
        except actions.CircleFullError:
            messages.error(request, _("All places in this space are taken. Ask whoever invited you."))
            return redirect("forum:index")
        return redirect(space)
    return confirmation(
        request,
        title=_("You are invited to %(space)s") % {"space": found.space.name},
        text=found.space.purpose,
        button=_("Join"),
        cancel_url=reverse("forum:index"),
    )


@require_POST
@member_required
def take_back(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    space = load_space(request, slug)
    if not permissions.can_invite(request.user, space):
        raise PermissionDenied
    found = get_object_or_404(space.invitations.select_related("space"), pk=pk)
    actions.take_back_invitation(invitation=found, actor=request.user)
    messages.success(request, _("The invitation is taken back."))
    return redirect("forum:people", slug=space.slug)
