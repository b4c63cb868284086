"""Suggesting a resource: the form, where one's suggestions stand, and what moderators decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from files.actions import UploadRefused
from knowledge import duplicates
from knowledge.actions import suggestions as actions
from knowledge.forms.suggestions import AcceptForm, ChangeForm, SuggestionForm, WhatForm, WordForm
from knowledge.models import ResourcePage, Suggestion, SuggestionStep
from knowledge.models.suggestion import looks_after_library
from notifications.actions import mark_read_for
from web.confirm import confirmation
from web.limits import limited
from web.paging import keyset

PAGE_SIZE = 20
AGAIN = gettext_lazy("Somebody has decided about this before you. Nothing was done twice.")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("suggest", account=(20, 3600), address=(200, 3600))
def suggest(request: MemberRequest) -> HttpResponse:
    """First what it is, then what the library has that may be the same, then the rest. `?by=hand` goes straight on."""
    if request.method == "POST":
        return _take(request)
    what = WhatForm(request.GET if "what" in request.GET else None)
    if "by" in request.GET:
        return _details_page(request, SuggestionForm(), known=[])
    if not what.is_bound or not what.is_valid():
        return render(request, "knowledge/suggestions/start.html", {"form": what})
    fields = what.initial_fields()
    doi, address, title = (fields.get(name, "") for name in ("doi", "address", "title"))
    known = duplicates.find(reader=request.user, doi=doi, address=address, title=title)
    return _details_page(request, SuggestionForm(initial=fields), known=known)


def _take(request: MemberRequest) -> HttpResponse:
    form = SuggestionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _details_page(request, form, known=[])
    known = _known(request, form)
    if known and "anyway" not in request.POST:
        return _details_page(request, form, known=known)
    try:
        made = actions.suggest(
            person=request.user, fields=_fields(form), upload=form.cleaned_data["file"], hold=form.hold
        )
    except UploadRefused as error:
        form.add_error("file", error)
        return _details_page(request, form, known=[])
    messages.success(request, _("Thank you. A moderator looks at it, and you will hear what becomes of it."))
    return redirect(made)


def _known(request: MemberRequest, form: Form) -> list[duplicates.Known]:
    data = form.cleaned_data
    return duplicates.find(reader=request.user, doi=data["doi"], address=data["address"], title=data["title"])


def _fields(form: Form) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in actions.FIELDS}


def _details_page(request: MemberRequest, form: Form, *, known: list[duplicates.Known]) -> HttpResponse:
    context = {"form": form, "known": known, "is_asked_again": bool(known) and form.is_bound}
    return render(request, "knowledge/suggestions/details.html", context)


@require_safe
@member_required
def mine(request: MemberRequest) -> HttpResponse:
    """Everything that this person has suggested, the newest first."""
    rows = Suggestion.objects.filter(person=request.user).select_related("page")
    page = keyset(rows, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    context = {"suggestions": page.items, "pages": page.links(request)}
    return render(request, "knowledge/suggestions/mine.html", context)


@require_safe
@member_required
def suggestion(request: MemberRequest, pk: int) -> HttpResponse:
    """Where one suggestion stands, and for those who look after the library what they can decide."""
    return _page(request, _load(request, pk))


def _load(request: HttpRequest, pk: int) -> Suggestion:
    rows = Suggestion.objects.visible_to(request.user).select_related("person", "document", "page")
    return get_object_or_404(rows, pk=pk)


def _page(request: MemberRequest, found: Suggestion, **invalid: Form) -> HttpResponse:
    """`invalid`: a form of `_forms`, by its verb, that came back."""
    is_keeper = looks_after_library(request.user)
    steps = SuggestionStep.objects.visible_to(request.user).filter(suggestion=found).order_by("pk")
    rows = list(steps.select_related("actor"))
    mark_read_for(request.user, *rows)
    known = duplicates.find(
        reader=request.user,
        doi=found.doi,
        address=found.address,
        title=found.title,
        apart_from=found.page_id,
        with_drafts=is_keeper,
    )
    context = {
        "suggestion": found,
        "steps": rows,
        "is_keeper": is_keeper,
        "is_mine": found.person_id == request.user.pk,
        "known": known if is_keeper else [],
        "suggested_too": duplicates.suggested_too(found) if is_keeper and found.is_open else [],
        "forms": _forms(found) | invalid if is_keeper else {},
        "mistaken": next(iter(invalid.values()), None),
        "page_url": _page_url(request, found),
    }
    return render(request, "knowledge/suggestions/suggestion.html", context)


def _page_url(request: MemberRequest, found: Suggestion) -> str:
    """Where this reader finds it in the library; empty while they cannot."""
    page = ResourcePage.objects.visible_to(request.user).filter(pk=found.page_id or 0).first()
    return page.url if page else ""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("suggest", account=(20, 3600), address=(200, 3600))
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Whoever suggested it answers what was asked, or puts something right."""
    found = get_object_or_404(Suggestion.objects.filter(person=request.user), pk=pk)
    if not found.is_open:
        messages.info(request, AGAIN)
        return redirect(found)
    initial = {name: getattr(found, name) for name in actions.FIELDS}
    form = ChangeForm(request.POST or None, request.FILES or None, suggestion=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                suggestion=found,
                fields=_fields(form),
                actor=request.user,
                answer=form.cleaned_data["answer"],
                upload=form.cleaned_data["file"],
                hold=form.hold,
            )
        except UploadRefused as error:
            form.add_error("file", error)
        except actions.AlreadyDecidedError:
            messages.info(request, AGAIN)
            return redirect(found)
        else:
            messages.success(request, _("Thank you. A moderator looks at it again."))
            return redirect(found)
    asked = found.steps.filter(verb=SuggestionStep.Verb.ASKED).order_by("-pk").first()
    is_asked = found.state == Suggestion.State.CHANGES
    context = {"form": form, "suggestion": found, "asked": asked if is_asked else None}
    return render(request, "knowledge/suggestions/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Suggestion.objects.filter(person=request.user), pk=pk)
    if request.method != "POST":
        return confirmation(
            request,
            title=_("Take your suggestion back?"),
            text=_("Nobody looks at “%(title)s” any more. You can suggest it again.") % {"title": found.title},
            button=_("Take it back"),
            cancel_url=found.get_absolute_url(),
        )
    try:
        actions.take_back(suggestion=found)
    except actions.AlreadyDecidedError:
        messages.info(request, AGAIN)
    else:
        messages.success(request, _("You have taken it back."))
    return redirect("suggestion_mine")


def _forms(found: Suggestion) -> dict[str, Form]:
    """What can be decided now, by verb, in the order in which it is offered."""
    forms: dict[str, Form] = {}
    if found.is_open:
        forms["accept"] = _form("accept", found)
    if found.state == Suggestion.State.WAITING:
        forms["ask"] = _form("ask", found)
    if found.is_open:
        forms["decline"] = _form("decline", found)
    forms["note"] = _form("note", found)
    return forms


def _form(verb: str, found: Suggestion, data: Any = None) -> Form:
    seen = _("Whoever suggested it reads this, without your name.")
    options: dict[str, Any] = {
        "accept": {"label": _("A word of thanks"), "hint": seen},
        "ask": {"label": _("What is missing?"), "hint": seen, "required": _("Say what is missing.")},
        "decline": {
            "label": _("Why not, and what would fit better?"),
            "hint": seen,
            "required": _("Give a reason: somebody took the time to suggest it."),
        },
        "note": {
            "label": _("A note for the other moderators"),
            "hint": _("Only moderators and editors read this."),
            "required": _("Write something."),
        },
    }[verb]
    if verb == "accept":
        return AcceptForm(data, name=verb, initial={"kind": found.kind}, **options)
    return WordForm(data, name=verb, **options)


DONE = {
    "accept": gettext_lazy("Its draft is made. Write its page, and publish it when it is ready."),
    "ask": gettext_lazy("They are asked. It comes back to the desk with their answer."),
    "decline": gettext_lazy("They will read your reason."),
    "note": gettext_lazy("Your note is kept."),
}


@require_POST
@member_required
def decide(request: MemberRequest, pk: int, verb: str) -> HttpResponse:
    """What somebody who looks after the library does with a suggestion."""
    found = _load(request, pk)
    if verb not in DONE:
        raise Http404
    if not looks_after_library(request.user):
        raise PermissionDenied
    form = _form(verb, found, request.POST)
    if not form.is_valid():
        return _page(request, found, **{verb: form})
    try:
        getattr(actions, verb)(suggestion=found, actor=request.user, **form.cleaned_data)
    except actions.AlreadyDecidedError:
        messages.warning(request, AGAIN)
    else:
        messages.success(request, DONE[verb])
    return redirect(found)
