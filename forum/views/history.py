"""What a post said before it was edited, beside what it said next."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required, moderator_required
from forum import actions, permissions
from forum.history import changes
from forum.models import Post, PostRevision
from forum.views.loading import for_robots, load_post
from web.confirm import confirmation
from web.paging import keyset

EARLIER_A_PAGE = 10


@require_safe
def earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """For everybody who reads the post, but for the versions that only moderators may see."""
    post = load_post(request, pk)
    rows = PostRevision.objects.visible_to(request.user).filter(post=post)
    page = keyset(
        rows.select_related("replaced_by"), order=("-id",), cursor=request.GET.get("cursor"), size=EARLIER_A_PAGE
    )
    after = rows.filter(pk__gt=page.items[0].pk, removed_at__isnull=True).order_by("pk").first() if page.items else None
    context = {
        "post": post,
        "thread": post.thread,
        "changes": changes(page.items, after.source if after else post.source),
        "paging": page.links(request),
        "can_edit": permissions.can_edit(request.user, post),
        "can_close": permissions.can_close_revision(request.user, post),
        "can_remove": permissions.can_remove_revision(request.user, post),
        "sees_people": permissions.takes_part(request.user),
    }
    return for_robots(render(request, "forum/earlier.html", context))


@require_POST
@member_required
def close_earlier(request: MemberRequest, pk: int) -> HttpResponse:
    """Earlier words that tell too much are for moderators only from now on."""
    revision, post = _load(request, pk)
    if not permissions.can_close_revision(request.user, post):
        raise PermissionDenied
    actions.close_revision(revision=revision, actor=request.user)
    messages.success(request, _("Only moderators can read these earlier words now."))
    return redirect("forum:earlier", pk=post.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
def remove_earlier(request: MemberRequest, pk: int) -> HttpResponse:
    """One question, one button: what is taken away here is gone for moderators too."""
    revision, post = _load(request, pk)
    if not permissions.can_remove_revision(request.user, post):
        raise PermissionDenied
    if request.method == "POST":
        actions.remove_revision(revision=revision, actor=request.user)
        messages.success(request, _("These earlier words are gone."))
        return redirect("forum:earlier", pk=post.pk)
    title = _("Take these earlier words away?")
    text = _("Nobody will be able to read them any more, moderators neither. This cannot be undone.")
    cancel = revision.get_absolute_url()
    return for_robots(
        confirmation(request, title=title, text=text, button=_("Take them away"), cancel_url=cancel, danger=True)
    )


def _load(request: MemberRequest, pk: int) -> tuple[PostRevision, Post]:
    revision = get_object_or_404(PostRevision.objects.visible_to(request.user), pk=pk)
    return revision, load_post(request, revision.post_id)
