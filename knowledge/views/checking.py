"""Reading a resource before it is published: preview, comment, ask for changes, publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Comment, TaskState

from accounts.decorators import MemberRequest, member_required
from knowledge.actions import checking as actions
from knowledge.forms.suggestions import WordForm
from knowledge.handout import is_too_long
from knowledge.labels import label_of
from knowledge.models import ResourcePage
from knowledge.views.keeping import keeper_required, load_kept
from notifications.actions import mark_read_for

VERBS = ("publish", "changes", "comment")


@require_safe
@keeper_required
def check(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, load_kept(request, pk))


def _page(request: MemberRequest, page: ResourcePage, **invalid: Form) -> HttpResponse:
    states = list(
        TaskState.objects.filter(workflow_state__in=page.workflow_states)
        .select_related("task", "finished_by", "workflow_state__requested_by")
        .order_by("pk")
    )
    mark_read_for(request.user, *states)
    is_waiting = not page.live or page.has_unpublished_changes
    draft = actions.draft_of(page)
    waits = is_waiting and actions.waits_for_other(page, request.user)
    context = {
        "page": page,
        "draft": draft,
        "states": states,
        "comments": Comment.objects.filter(page=page, resolved_at=None).select_related("user").order_by("pk"),
        "missing": missing(page) if is_waiting else [],
        "waits_for_other": waits,
        "needs_other": is_waiting and not waits and not actions.may_publish(page, request.user),
        "is_waiting": is_waiting,
        "is_handout_too_long": is_waiting and is_too_long(draft.families),
        "forms": _forms(page, waits) | invalid if is_waiting else {},
        "mistaken": next(iter(invalid.values()), None),
    }
    return render(request, "knowledge/life/check.html", context)


def _forms(page: ResourcePage, waits: bool) -> dict[str, Form]:
    """What can be done now, by verb: of what waits for somebody else only a comment."""
    left_out = {"publish", "changes"} if waits else set() if page.workflow_in_progress else {"changes"}
    return {verb: _form(verb) for verb in VERBS if verb not in left_out}


def missing(page: ResourcePage) -> list[tuple[str, str]]:
    """What has to be put right before it can be published: names of columns and what is wrong there."""
    try:
        actions.draft_of(page).full_clean()
    except ValidationError as error:
        return [(label_of(ResourcePage, name), " ".join(texts)) for name, texts in error.message_dict.items()]
    return []


def _form(verb: str, data: Any = None) -> WordForm:
    options: dict[str, Any] = {
        "publish": {"label": _("A word with it")},
        "changes": {"label": _("What should be changed?"), "required": _("Say what should be changed.")},
        "comment": {"label": _("Your comment"), "required": _("Write something.")},
    }[verb]
    return WordForm(data, name=verb, hint=_("Whoever writes the page reads this."), **options)


@require_POST
@member_required
def decide(request: MemberRequest, pk: int, verb: str) -> HttpResponse:
    page = load_kept(request, pk)
    if verb not in VERBS:
        raise Http404
    form = _form(verb, request.POST)
    if not form.is_valid():
        return _page(request, page, **{verb: form})
    try:
        return {"publish": _publish, "changes": _changes, "comment": _comment}[verb](request, page, form)
    except actions.AlreadyDoneError:
        messages.warning(request, _("Nothing waits here any more: somebody was quicker. Nothing was done twice."))
        return redirect("resource_check", pk)


def _publish(request: MemberRequest, page: ResourcePage, form: Form) -> HttpResponse:
    try:
        is_out = actions.publish(page=page, actor=request.user, text=form.cleaned_data["text"])
    except ValidationError:
        messages.warning(request, _("It cannot be published yet: something is missing. See below."))
        return redirect("resource_check", page.pk)
    if is_out:
        messages.success(request, _("It is in the library."))
        return redirect("cite", page.pk)
    messages.info(request, _("Thank you. Somebody else reads it too before it is published: they are told."))
    return redirect("resource_check", page.pk)


def _changes(request: MemberRequest, page: ResourcePage, form: Form) -> HttpResponse:
    actions.ask_for_changes(page=page, actor=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("They are asked for changes."))
    return redirect("resource_check", page.pk)


def _comment(request: MemberRequest, page: ResourcePage, form: Form) -> HttpResponse:
    actions.comment(page=page, actor=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("Your comment is kept. It also stands in the editor, beside the title."))
    return redirect("resource_check", page.pk)
