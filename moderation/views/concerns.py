"""What went on to a safeguarding lead or a stand-in because nobody had decided in time."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from audit.actions import record
from moderation import actions, registry
from moderation.desk import waiting_about
from moderation.forms import DecisionForm
from moderation.models import Decision, Escalation
from moderation.permissions import can_look_into
from notifications.actions import mark_read_for

HIDE = Decision.Verb.HIDE


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def concern(request: MemberRequest, pk: int) -> HttpResponse:
    """What was reported, with its reports, and the form to hide it; each look is recorded."""
    rows = Escalation.objects.visible_to(request.user).select_related("report__content_type")
    found = get_object_or_404(rows, pk=pk)
    if not can_look_into(request.user, found):
        raise Http404
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
