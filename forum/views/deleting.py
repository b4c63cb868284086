"""Taking one's own post back, and changing one's mind for half a minute."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.models import Post, Thread
from forum.views.loading import for_robots, load_post
from web.confirm import confirmation
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("delete", account=(30, 600))
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """One question, one button."""
    post = load_post(request, pk)
    if not permissions.can_delete(request.user, post):
        raise PermissionDenied
    if request.method != "POST":
        return for_robots(_question(request, post))
    actions.delete_post(post=post, actor=request.user)
    return redirect("forum:deleted", pk=post.pk)


def _question(request: MemberRequest, post: Post) -> HttpResponse:
    text = _("Nobody will be able to read it. If somebody reported it, moderators can read it for 30 days more.")
    if post.number == 1 and post.thread.reply_count:
        text += " " + _("The title and the replies stay. If the title says too much, edit it first.")
    return confirmation(
        request,
        title=_("Delete what you wrote?"),
        text=text,
        button=_("Delete it"),
        cancel_url=post.get_absolute_url(),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def deleted(request: MemberRequest, pk: int) -> HttpResponse:
    """That it is deleted, and the button that puts it back."""
    mine = Post.objects.written_by(request.user).filter(deleted_at__isnull=False)
    post = get_object_or_404(mine.select_related("thread__space"), pk=pk)
    if request.method != "POST":
        is_there = Thread.objects.visible_to(request.user).filter(pk=post.thread_id, deleted_at__isnull=True).exists()
        context = {"post": post, "is_there": is_there, "seconds": actions.UNDO_SECONDS, "space": post.thread.space}
        return for_robots(render(request, "forum/deleted.html", context))
    if actions.undelete_post(post=post, actor=request.user):
        messages.success(request, _("It is back where it was."))
        return redirect("forum:post", pk=post.pk)
    messages.error(request, _("It is too late: the words are gone. Write them again if you still need them."))
    return redirect("forum:index")
