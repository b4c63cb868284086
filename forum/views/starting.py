"""The page that starts a thread. It can show a preview without JavaScript."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import ThreadForm, waiting_with
from forum.models import Draft, Space
from forum.views.loading import for_robots
from forum.views.writing import (
    DRAFT,
    POST,
    PREVIEW,
    Preview,
    added,
    as_uuid,
    attached_to,
    held,
    keep_and_go,
    preview_of,
    tell_of_unknown,
)
from markup.characters import clean_characters
from web.limits import limited
from web.privacy import pages_visible_to


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("thread", account=(30, 600), address=(300, 600))
def start(request: MemberRequest) -> HttpResponse:
    """The one page that starts everything. `?space=`, `?page=` and `?draft=` fill it in."""
    if request.method != "POST":
        initial = _start_initial(request)
        attached = waiting_with(request.user, initial)
        form = ThreadForm(person=request.user, initial=initial, attached=attached)
        return _start_page(request, form)
    form = ThreadForm(request.POST, person=request.user, attached=attached_to(request))
    wish = request.POST.get("wish", POST)
    if wish == DRAFT:
        token = as_uuid(request.POST.get("form_token"))
        return keep_and_go(request, form, f"thread:{token.hex}", reverse("forum:drafts"))
    if form.is_valid() and wish == POST:
        return _start(request, form)
    return _start_page(request, form, preview=preview_of(request, form) if wish == PREVIEW else None)


def _start(request: MemberRequest, form: ThreadForm) -> HttpResponse:
    data = form.cleaned_data
    if not permissions.can_start_thread(request.user, data["space"]):
        raise PermissionDenied
    thread = actions.start_thread(
        space=data["space"],
        author=request.user,
        kind=data["kind"],
        title=data["title"],
        source=data["text"],
        page=_visible_page(request, data["page"]),
        topics=data["topics"],
        sectors=data["sectors"],
        form_token=data["form_token"],
        hold=form.hold,
        is_locked=data["no_replies"],
        is_nameless=data["nameless"],
        poll=data["poll"],
        attachments=added(form),
    )
    if form.hold:
        return held(request, thread)
    messages.success(request, _("It is posted. You will hear when somebody replies."))
    tell_of_unknown(request, data["text"])
    return redirect(thread)


def _start_initial(request: MemberRequest) -> dict[str, Any]:
    draft = request.GET.get("draft", "")
    if draft.isdecimal() and len(draft) < 19:
        found = Draft.objects.filter(person=request.user, pk=int(draft), key__startswith="thread:").first()
        if found is not None:
            return {**found.fields, "text": found.words, "form_token": uuid.UUID(found.key.removeprefix("thread:"))}
    page = request.GET.get("page", "")
    return {
        "space": request.GET.get("space", ""),
        # What somebody searched for and did not find.
        "title": request.GET.get("title", "")[:160],
        "page": int(page) if page.isdecimal() and len(page) < 10 else None,
    }


def _start_page(request: MemberRequest, form: ThreadForm, preview: Preview | None = None) -> HttpResponse:
    slug = clean_characters(str(form["space"].value() or ""))
    space = Space.objects.writable_by(request.user).filter(slug=slug).first() if slug else None
    context = {
        "form": form,
        "preview": preview,
        "space": space,
        "about": _visible_page(request, form["page"].value()),
        "draft_key": f"thread:{as_uuid(form['form_token'].value()).hex}",
    }
    return for_robots(render(request, "forum/start.html", context))


def _visible_page(request: MemberRequest, pk: Any) -> Page | None:
    """The resource or webinar to talk about; one that this person may not see does not exist for them."""
    text = str(pk or "")
    if not (text.isdecimal() and len(text) < 10):
        return None
    return pages_visible_to(Page.objects.filter(pk=int(text), depth__gt=1), request.user).first()
