"""What people have begun to write, kept on the server so that any computer has it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from forum import actions
from forum.models import Draft, Thread
from forum.models.draft import LONGEST_MOMENT
from forum.views.loading import for_robots
from markup.characters import clean_characters
from markup.markdown import MAX_SOURCE
from markup.text import plain_text
from web.limits import limited
from web.templatetags.web_tags import hour

_KEY = re.compile(r"reply:[0-9]{1,18}|thread:[0-9a-f]{32}")
POLL_FIELDS = (
    "poll_question", "poll_options", "poll_is_several", "poll_is_anonymous", "poll_results", "poll_closes_on",
    "poll_closes_time",
)  # fmt: skip
SHORT_FIELDS = ("kind", "space", "title", "page", "nameless", *POLL_FIELDS)
LISTS = ("topics", "sectors")
TYPED = ("text", "title", "poll_question", "poll_options", "form_token")


@require_safe
@member_required
def drafts(request: MemberRequest) -> HttpResponse:
    """All drafts of this person; those of replies with their thread, as far as they may still read it."""
    mine = list(Draft.objects.filter(person=request.user)[: actions.MOST_DRAFTS])
    ids = [int(draft.key.removeprefix("reply:")) for draft in mine if draft.key.startswith("reply:")]
    threads = Thread.objects.visible_to(request.user).in_bulk(ids)
    entries = [_entry(draft, threads) for draft in mine]
    return for_robots(render(request, "forum/drafts.html", {"entries": entries}))


def _entry(draft: Draft, threads: dict[int, Thread]) -> dict[str, Any]:
    text = plain_text(draft.words[:MAX_SOURCE], 160)
    kind, _colon, rest = draft.key.partition(":")
    if kind == "thread":
        url = f"{reverse('forum:start')}?draft={draft.pk}"
        return {"draft": draft, "title": draft.fields.get("title") or _("No title yet"), "url": url, "text": text}
    thread = threads.get(int(rest))
    if thread is None:
        return {"draft": draft, "title": _("A reply in a thread that you can no longer read"), "url": "", "text": text}
    title = _("Reply to “%(title)s”") % {"title": thread.title}
    return {"draft": draft, "title": title, "url": f"{thread.page_url(thread.pages)}#reply", "text": text}


@require_POST
@member_required
def discard(request: MemberRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(Draft, person=request.user, pk=pk)
    actions.discard_draft(draft=draft)
    messages.success(request, _("The draft is deleted."))
    return redirect("forum:drafts")


@require_POST
@member_required
@limited("draft", account=(300, 600))
def keep_draft(request: MemberRequest) -> HttpResponse:
    """Where htmx saves while somebody types; answers with one sentence for beside the box."""
    key = request.POST.get("draft_key", "")
    if not _KEY.fullmatch(key):
        raise Http404
    if key.startswith("reply:") and not _is_visible(request, key):
        raise Http404
    fields = draft_fields(request.POST)
    if not any(str(fields.get(name, "")).strip() for name in TYPED):
        # Choices alone, or all taken out again: nobody would look for that among their drafts.
        actions.empty_draft(person=request.user, key=key, opened=request.POST.get("opened", ""))
        return HttpResponse("")
    kept = keep(request, key, fields)
    if kept is None:
        return HttpResponse(_("Not kept: you have 100 drafts already."))
    if kept.fields.get("elsewhere"):
        return HttpResponse(_("Draft kept. You typed other words elsewhere: open this page again to see both."))
    return HttpResponse(_("Draft kept, %(time)s") % {"time": hour(timezone.localtime())})


def _is_visible(request: MemberRequest, key: str) -> bool:
    thread = int(key.removeprefix("reply:"))
    return Thread.objects.visible_to(request.user).filter(pk=thread).exists()


def keep(request: MemberRequest, key: str, fields: dict[str, Any]) -> Draft | None:
    """None where there was no room for it."""
    opened = request.POST.get("opened", "")[:LONGEST_MOMENT]
    try:
        return actions.save_draft(person=request.user, key=key, fields=fields, opened=opened)
    except actions.TooManyDrafts:
        return None


def draft_fields(data: QueryDict) -> dict[str, Any]:
    """What a form of ours holds, within bounds; it is checked when it is posted."""
    fields: dict[str, Any] = {"text": clean_characters(data.get("text", ""))[:MAX_SOURCE]}
    if "attached" in data:
        fields["form_token"] = data.get("form_token", "")[:36]
    for name in SHORT_FIELDS:
        if name in data:
            fields[name] = clean_characters(data.get(name, ""))[:200]
    for name in LISTS:
        if name in data:
            fields[name] = [clean_characters(value[:20]) for value in data.getlist(name)[:50]]
    return fields
