"""The page of a reply. It can show a preview without JavaScript."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import ReplyForm, waiting_with
from forum.models import Draft, Post, Space, Thread
from forum.nameless import byline, is_nameless_in
from forum.views.loading import for_robots, load_thread
from forum.views.writing import (
    DRAFT,
    POST,
    PREVIEW,
    Preview,
    added,
    attached_to,
    held,
    keep_and_go,
    preview_of,
    tell_of_unknown,
)
from moderation.watching import replies_of
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("reply", account=replies_of, address=(200, 600))
def reply(request: MemberRequest, pk: int) -> HttpResponse:
    """Takes the reply box's POST; its own page is for previews and for mistakes."""
    thread = load_thread(request, pk)
    if not permissions.can_reply(request.user, thread):
        raise PermissionDenied
    if request.method != "POST":
        return _reply_page(request, thread, _reply_form(request, thread))
    nameless_as = _nameless_as(request, thread.space)
    form = ReplyForm(request.POST, writer=request.user, nameless_as=nameless_as, attached=attached_to(request))
    wish = request.POST.get("wish", POST)
    if wish == DRAFT:
        return keep_and_go(request, form, f"reply:{thread.pk}", f"{thread.page_url(thread.pages)}#reply")
    is_for_others = request.POST.get("readers", thread.space.readers) != thread.space.readers
    if is_for_others:
        told = _(
            "Others can read this conversation now than when you began to write. See who, and post it if you like."
        )
        messages.warning(request, told)
    if form.is_valid() and wish == POST and not is_for_others:
        try:
            post = _post_reply(request, thread, form)
        except Thread.DoesNotExist:
            return _reply_elsewhere(request, pk, form)
        if form.hold:
            return held(request, post)
        tell_of_unknown(request, form.cleaned_data["text"], thread)
        return redirect(post)
    return _reply_page(request, thread, form, preview=preview_of(request, form, thread) if wish == PREVIEW else None)


def _post_reply(request: MemberRequest, thread: Thread, form: ReplyForm) -> Post:
    return actions.post_reply(
        thread=thread,
        author=request.user,
        source=form.cleaned_data["text"],
        form_token=form.cleaned_data["form_token"],
        hold=form.hold,
        is_nameless=form.cleaned_data.get("nameless", False),
        attachments=added(form),
    )


def _reply_elsewhere(request: MemberRequest, pk: int, form: ReplyForm) -> HttpResponse:
    """The thread has just gone into another one, which others may read: whoever wrote decides anew."""
    thread = load_thread(request, pk)
    if not permissions.can_reply(request.user, thread):
        raise PermissionDenied
    form.add_error(None, _("This conversation has just become part of another one. Look who reads it, then post."))
    return _reply_page(request, thread, form)


def _reply_form(request: MemberRequest, thread: Thread) -> ReplyForm:
    draft = Draft.objects.filter(person=request.user, key=f"reply:{thread.pk}").first()
    typed = draft.fields if draft else {}
    is_chosen = bool(typed.get("nameless")) or is_nameless_in(request.user, thread)
    initial = {"text": draft.words if draft else "", "nameless": is_chosen}
    nameless_as, attached = _nameless_as(request, thread.space), waiting_with(request.user, typed)
    return ReplyForm(initial=initial, nameless_as=nameless_as, attached=attached)


def _nameless_as(request: MemberRequest, space: Space) -> str:
    """What others would read in place of the writer's name; empty where posts carry names."""
    return byline(request.user, space) if permissions.can_be_nameless(request.user, space) else ""


def _reply_page(
    request: MemberRequest, thread: Thread, form: ReplyForm, preview: Preview | None = None
) -> HttpResponse:
    context = {"thread": thread, "space": thread.space, "form": form, "preview": preview, "attached": form.attached}
    return for_robots(render(request, "forum/reply.html", context))
