"""The two buttons beneath each post, and the page of those who pressed one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.models import Reaction
from forum.nameless import wrote
from forum.views.loading import for_robots, load_post
from notifications.actions import mark_read_for
from web.limits import limited
from web.paging import keyset

PEOPLE_A_PAGE = 50


@require_POST
@member_required
@limited("react", account=(60, 600))
def react(request: MemberRequest, pk: int) -> HttpResponse:
    """`thanks=yes`, `same=no`: one button says what is meant, so that pressing twice is pressing once."""
    post = load_post(request, pk)
    kind = next((kind for kind in Reaction.Kind.values if kind in request.POST), None)
    if kind is None:
        raise Http404
    wanted = request.POST[kind] == "yes"
    if wanted and not permissions.can_react(request.user, post):
        raise PermissionDenied
    actions.set_reaction(post=post, person=request.user, kind=kind, wanted=wanted)
    return redirect(post)


@require_safe
@member_required
def reactions(request: MemberRequest, pk: int) -> HttpResponse:
    """Who said thank you and who is in the same boat, the newest first."""
    post = load_post(request, pk)
    found = Reaction.objects.visible_to(request.user).filter(post=post)
    mine = found if wrote(request.user, post) else found.none()
    mark_read_for(request.user, *mine.filter(kind=Reaction.Kind.THANKS)[:PEOPLE_A_PAGE])
    rows = found.select_related("person__sector", "person__place")
    page = keyset(rows, order=("-id",), cursor=request.GET.get("cursor"), size=PEOPLE_A_PAGE)
    context = {"post": post, "thread": post.thread, "reactions": page.items, "paging": page.links(request)}
    return for_robots(render(request, "forum/reactions.html", context))
