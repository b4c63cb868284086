"""The page on which somebody edits a post of theirs. It can show a preview without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import OpeningEditForm, PostForm
from forum.models import Post, PostRevision, Thread
from forum.views.loading import for_robots, load_post
from forum.views.writing import (
    POST,
    PREVIEW,
    Preview,
    attached_to,
    held,
    preview_of,
    tell_of_unknown,
)
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("edit", account=(30, 600))
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """One's own post; with the first one also what the thread is called and about."""
    post = load_post(request, pk)
    if not permissions.can_edit(request.user, post):
        raise PermissionDenied
    is_opening = post.number == 1
    make_form: Callable[..., PostForm | OpeningEditForm] = (
        _opening_form(request, post.thread) if is_opening else PostForm
    )
    if request.method != "POST":
        initial = _as_written(post) | _earlier_words(request, post)
        return _edit_page(request, post, make_form(initial=initial, attached=attached_to(request, post)))
    known = f"{post.thread.title}\n{post.source}"
    form = make_form(request.POST, known=known, writer=request.user, attached=attached_to(request, post))
    wish = request.POST.get("wish", POST)
    if not form.is_valid() or wish == PREVIEW:
        preview = preview_of(request, form, post.thread, post) if wish == PREVIEW else None
        return _edit_page(request, post, form, preview=preview)
    fields = {"source" if name == "text" else name: value for name, value in form.cleaned_data.items()}
    change = actions.edit_opening if is_opening else actions.edit_post
    is_open = not fields.pop("for_moderators")
    del fields["form_token"]
    changes = form.attached.changes() if form.attached else actions.NOTHING_CHANGES
    change(post=post, editor=request.user, hold=form.hold, is_open=is_open, changes=changes, **fields)
    if form.hold:
        return held(request, post.thread if is_opening else post)
    tell_of_unknown(request, fields["source"], post.thread)
    return redirect(reverse("forum:post", args=[post.pk]))


def _opening_form(request: MemberRequest, thread: Thread) -> Callable[..., OpeningEditForm]:
    """What once was an announcement may stay one."""
    can_announce = thread.kind == Thread.Kind.ANNOUNCEMENT or permissions.can_announce(request.user, thread.space)
    return partial(OpeningEditForm, can_announce=can_announce)


def _as_written(post: Post) -> dict[str, Any]:
    if post.number > 1:
        return {"text": post.source}
    thread = post.thread
    return {
        "text": post.source,
        "kind": thread.kind,
        "title": thread.title,
        "topics": list(thread.topics.values_list("pk", flat=True)),
        "sectors": list(thread.sectors.values_list("pk", flat=True)),
    }


def _earlier_words(request: MemberRequest, post: Post) -> dict[str, Any]:
    """Of the version that somebody would like to go back to: they see it in the form, and change or save it."""
    number = request.GET.get("version", "")
    if not (number.isdecimal() and len(number) < 19):
        return {}
    found = PostRevision.objects.visible_to(request.user).filter(post=post, pk=int(number), removed_at=None).first()
    if found is None:
        return {}
    return {"text": found.source} | ({"title": found.title} if found.title and post.number == 1 else {})


def _edit_page(request: MemberRequest, post: Post, form: Form, preview: Preview | None = None) -> HttpResponse:
    context = {"post": post, "thread": post.thread, "space": post.thread.space, "form": form, "preview": preview}
    return for_robots(render(request, "forum/edit.html", context))
