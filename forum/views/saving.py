"""Posts that people keep for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import SaveForm
from forum.models import SavedPost
from forum.views.loading import for_robots, load_post
from markup.text import plain_text
from notifications.actions import mark_read_for
from web.limits import limited
from web.paging import keyset

SAVED_A_PAGE = 25
EXCERPT = 160


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("save", account=(60, 600))
def save(request: MemberRequest, pk: int) -> HttpResponse:
    """Save a post, change its reminder, or take it off the list."""
    post = load_post(request, pk)
    if not permissions.can_save(request.user, post):
        raise PermissionDenied
    if request.POST.get("wish") == "forget":
        actions.forget_post(post=post, person=request.user)
        messages.success(request, _("It is no longer among what you saved."))
        return redirect("forum:saved")
    saved = SavedPost.objects.filter(post=post, person=request.user).first()
    form = SaveForm(request.POST or None, person=request.user, before=saved.remind_at if saved else None)
    if not form.is_valid():
        context = {"post": post, "thread": post.thread, "form": form, "saved": saved}
        return for_robots(render(request, "forum/save.html", context))
    remind_at = form.cleaned_data["remind_at"]
    actions.save_post(post=post, person=request.user, remind_at=remind_at)
    told = _("It is saved. You find it under “Saved”.")
    if remind_at:
        told = _("It is saved, and we will remind you. You find it under “Saved”.")
    messages.success(request, told)
    return redirect(post)


@require_safe
@member_required
def saved(request: MemberRequest) -> HttpResponse:
    """What this person saved and may still read, the newest first."""
    rows = SavedPost.objects.visible_to(request.user).select_related("post__thread__space", "post__author")
    page = keyset(rows, order=("-id",), cursor=request.GET.get("cursor"), size=SAVED_A_PAGE)
    mark_read_for(request.user, *page.items)
    entries = [{"saved": row, "post": row.post, "text": plain_text(row.post.source, EXCERPT)} for row in page.items]
    context = {"entries": entries, "paging": page.links(request)}
    return for_robots(render(request, "forum/saved.html", context))
