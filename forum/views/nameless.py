"""Posts without a name: who wrote one, for those who look after the space, and whether a space has any."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.views.loading import for_robots, load_post, load_space
from web.confirm import confirmation
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
@limited("writer", account=(20, 3600))
def writer(request: MemberRequest, pk: int) -> HttpResponse:
    """One question, one button; the answer stands on the page that the button leads to and nowhere else."""
    post = load_post(request, pk)
    if not post.is_nameless:
        raise Http404
    if not permissions.can_look_at_writer(request.user, post):
        raise PermissionDenied
    if request.method != "POST":
        return for_robots(_question(request, post.get_absolute_url()))
    person = actions.look_at_writer(post=post, actor=request.user)
    context = {"post": post, "thread": post.thread, "space": post.thread.space, "person": person}
    return for_robots(render(request, "forum/writer.html", context))


def _question(request: MemberRequest, back: str) -> HttpResponse:
    text = _(
        "It was posted without a name. Look only if somebody may be at risk or the house rules were broken. It is "
        "logged that you looked, and the person who wrote it is told that somebody did."
    )
    return confirmation(
        request, title=_("Find out who wrote this?"), text=text, button=_("Show me the name"), cancel_url=back
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("allow-nameless", account=(30, 3600))
def allow_nameless(request: MemberRequest, slug: str) -> HttpResponse:
    """One button that says whether people may post there without their name; it names what is wanted."""
    space = load_space(request, slug)
    if not permissions.can_allow_nameless(request.user, space):
        raise PermissionDenied
    if request.method != "POST":
        return for_robots(render(request, "forum/names.html", {"space": space}))
    wanted = request.POST.get("wanted") == "yes"
    actions.allow_nameless(space=space, actor=request.user, wanted=wanted)
    done = _("People can post here without their name now.") if wanted else _("New posts here carry a name now.")
    messages.success(request, done)
    return redirect(space)
