"""A second look: the author asks for it, somebody who did not decide before gives it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import MemberRequest, member_required
from audit.actions import record
from moderation import actions, registry
from moderation.forms import AppealForm, HearingForm
from moderation.models import Appeal, Decision
from moderation.permissions import can_appeal, can_hear
from moderation.views.reports import decision_page
from notifications.actions import mark_read_for
from web.limits import limited


@require_POST
@member_required
@limited("appeal", account=(10, 3600))
def appeal(request: MemberRequest, pk: int) -> HttpResponse:
    """Takes the form on the decision's page."""
    decided = get_object_or_404(Decision.objects.with_newest(), pk=pk, author=request.user)
    if not can_appeal(request.user, decided):
        raise PermissionDenied
    form = AppealForm(request.POST)
    if not form.is_valid():
        return decision_page(request, decided, appeal=None, form=form)
    try:
        actions.appeal(decision=decided, author=request.user, text=form.cleaned_data["text"])
    except actions.AlreadyDecidedError:
        messages.info(request, _("You have asked already. Somebody will look again."))
    else:
        messages.success(request, _("Thank you. Somebody else will look at it, and you will hear what they say."))
    return redirect(decided)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("decide", account=(240, 600))
def hear(request: MemberRequest, pk: int) -> HttpResponse:
    """What was hidden, why, and what its author says; for somebody who did not decide about it before."""
    appeals = Appeal.objects.visible_to(request.user).exclude(decision__author=request.user)
    found = get_object_or_404(appeals.select_related("decision__content_type"), pk=pk)
    form = HearingForm(request.POST or None)
    if request.method == "POST":
        if not can_hear(request.user, found):
            messages.warning(request, _("Somebody has answered this already. Nothing was done twice."))
            return redirect(found)
        if form.is_valid() and not _closed_url(request, found.decision):
            return _answer(request, found, form)
    mark_read_for(request.user, found)
    if not request.user.is_moderator:
        # What moderators read is their work; an outsider's look is worth a line.
        record(actor=request.user, verb="moderation.appeal.read", subject=found)
    decision = found.decision
    closed_url = _closed_url(request, decision)
    context = {
        "appeal": found,
        "decision": decision,
        "closed_url": closed_url,
        "summary": None if closed_url else registry.summary_of(decision.subject),
        "reports": decision.reports.ordinary().not_about(request.user),
        "form": form if can_hear(request.user, found) else None,
    }
    return render(request, "moderation/hear.html", context)


def _closed_url(request: MemberRequest, decision: Decision) -> str:
    """Where a moderator comes into the circle in which it stands, because of the report of then; else empty."""
    subject = decision.subject
    if subject is None or not request.user.is_moderator or not decision.reports.ordinary().exists():
        return ""
    is_seen = registry.visible_subject(type(subject), subject.pk, request.user) is not None
    return "" if is_seen or not registry.is_known(type(subject)) else registry.of(subject).closed_url(subject.pk)


def _answer(request: MemberRequest, found: Appeal, form: HearingForm) -> HttpResponse:
    grant = form.cleaned_data["verdict"] == form.SHOW
    try:
        actions.hear(appeal=found, actor=request.user, grant=grant, answer=form.cleaned_data["answer"])
    except actions.AlreadyDecidedError:
        messages.warning(request, _("This has been decided since you opened the page. Nothing was done twice."))
        return redirect(found)
    messages.success(request, _("The decision is taken back.") if grant else _("The decision stands."))
    return redirect("moderation:desk") if request.user.is_moderator else redirect(found)
