"""What went on to a safeguarding lead or a stand-in because nobody had decided in time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from audit.actions import record
from moderation import actions, registry
from moderation.desk import waiting_about
from moderation.forms import DecisionForm, TakenUpForm
from moderation.models import Decision, Escalation
from moderation.permissions import can_look_into
from notifications.actions import mark_read_for
from web.limits import limited

HIDE = Decision.Verb.HIDE


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("decide", account=(240, 600))
def concern(request: MemberRequest, pk: int) -> HttpResponse:
    """What was reported, with its reports, and the form to hide it; each look is recorded."""
    rows = Escalation.objects.visible_to(request.user).select_related("report__content_type")
    found = get_object_or_404(rows, pk=pk)
    if not can_look_into(request.user, found):
        raise Http404
    if found.report.is_allegation:
        return _allegation(request, found)
    if request.user.is_moderator:
        return redirect(found.report.thing_url or "moderation:desk")
    key, subject = f"concern-{found.pk}", found.report.subject
    reports, seen = waiting_about(found.report)
    form = DecisionForm(request.POST if request.method == "POST" else None, verb=HIDE, key=key, seen=seen)
    if request.method == "POST" and form.is_valid():
        return _hide(request, found, form)
    mark_read_for(request.user, found)
    record(actor=request.user, verb="moderation.concern.read", subject=found)
    summary = registry.summary_of(subject)
    context = {"found": found, "summary": summary, "reports": reports, "form": form if summary else None}
    return render(request, "moderation/concern.html", context)


def _allegation(request: MemberRequest, found: Escalation) -> HttpResponse:
    """What was alleged, with the routes to take; the thing is hidden, where need be, as any other."""
    form = TakenUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_up(escalation=found, actor=request.user, route=form.cleaned_data["route"])
        except actions.AlreadyDecidedError:
            messages.info(request, _("Somebody else has taken this up already."))
        else:
            messages.success(request, _("Thank you. Whoever told us hears that it has been taken up."))
        return redirect("notifications:inbox")
    mark_read_for(request.user, found)
    record(actor=request.user, verb="moderation.allegation.read", subject=found)
    summary = registry.summary_of(found.report.subject)
    about = found.report.concerns
    place = (summary.place if summary else None) or (about.place if about else None)
    context: dict[str, Any] = {"found": found, "summary": summary, "place": place, "form": form}
    if about and not (summary and summary.is_nameless and summary.author == about):
        context["about"] = about
    return render(request, "moderation/allegation.html", context)


def _hide(request: MemberRequest, found: Escalation, form: DecisionForm) -> HttpResponse:
    subject = found.report.subject
    if subject is None:
        raise Http404
    try:
        actions.hide(subject=subject, actor=request.user, reason=form.reason, seen=form.seen)
    except actions.AlreadyDecidedError:
        messages.warning(request, _("This has changed since you opened the page. Nothing was done; look at it again."))
        return redirect(found)
    messages.success(request, _("It is hidden now. The moderators see your reason."))
    return redirect("notifications:inbox")
