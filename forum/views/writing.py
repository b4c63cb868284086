"""What the pages on which people write share: the preview, what is attached, drafts, and what they are told."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.decorators import MemberRequest
from forum import calling
from forum.forms import Attaching, AttachingForm
from forum.models import Attachment, Post, Thread
from forum.nameless import byline, name_of
from forum.views.drafts import draft_fields, keep
from forum.views.rows import mentioned_people
from markup.render import render as render_text
from markup.templatetags.markup import member_html
from moderation.models import Decision

POST, PREVIEW, DRAFT = "post", "preview", "draft"


def attached_to(request: MemberRequest, post: Post | None = None) -> Attaching:
    """The photos and files of the form that this POST sends, or of the post that is to be edited."""
    if request.method != "POST":
        return Attaching(request.user, None, post=post)
    files = request.FILES.getlist("files")
    token = request.POST.get("form_token")
    return Attaching(request.user, as_uuid(token), post=post, data=request.POST, files=files)


def added(form: AttachingForm) -> list[Attachment]:
    return form.attached.added if form.attached else []


class Preview(NamedTuple):
    """How a text will look, under which name, and whom it calls in vain."""

    html: SafeString
    unknown: list[calling.Unknown]
    name: str


def preview_of(
    request: MemberRequest, form: Form, thread: Thread | None = None, post: Post | None = None
) -> Preview | None:
    """The text as it would look, of `post` when that is edited; None while it cannot be posted."""
    form.is_valid()
    text = form.cleaned_data.get("text")
    if not text:
        return None
    html = render_text(text)
    people = mentioned_people([{"html": html}], request.user)
    if post is not None:
        name = name_of(post)
    else:
        space = thread.space if thread else form.cleaned_data.get("space")
        name = request.user.display_name
        if space and form.cleaned_data.get("nameless"):
            name = byline(request.user, space)
    return Preview(member_html(html, people), calling.unknown(text, request.user, thread), name)


def tell_of_unknown(request: MemberRequest, source: str, thread: Thread | None = None) -> None:
    """A call that reaches nobody looks just like one that does."""
    for name, handles in calling.unknown(source, request.user, thread):
        meant = _(" Did you mean %(handles)s?") % {"handles": ", ".join(f"@{handle}" for handle in handles)}
        nobody = _("Nobody here is called @%(name)s, so nobody was told.") % {"name": name}
        messages.warning(request, nobody + (meant if handles else ""))


def held(request: MemberRequest, subject: Thread | Post) -> HttpResponse:
    """To the page that says what becomes of a post that waits for a moderator.

    The same form sent twice gives back what stands already, though the second one looked like a repetition.
    """
    decision = Decision.objects.about(subject).order_by("-pk").first()
    if decision is None:
        return redirect(subject)
    messages.success(request, _("It is kept, and nobody else reads it yet. You will hear what a moderator decides."))
    return redirect(decision)


def keep_and_go(request: MemberRequest, form: AttachingForm, key: str, url: str) -> HttpResponse:
    """Keep what was typed as the draft of that key, and lead to `url`."""
    fields = draft_fields(request.POST)
    if form.attached:
        fields["form_token"] = str(form.attached.token)
    if keep(request, key, fields):
        messages.success(request, _("Your draft is kept. You find it here and under “Your drafts”."))
    else:
        messages.error(request, _("You have 100 drafts already. Delete one that you do not need, then save again."))
    return redirect(url)


def as_uuid(value: Any) -> uuid.UUID:
    """The form's token; a new one where somebody has tampered with it."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return uuid.uuid4()
