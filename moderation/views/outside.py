"""Reports of public content by people without an account, and the confirming of their address."""

from __future__ import annotations

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import to_login
from moderation import actions, emails
from moderation.forms import OutsideReportForm
from moderation.models import Decision, Report
from moderation.notifications import outcome
from moderation.registry import Adapter
from web import tokens
from web.confirm import confirmation
from web.emails import mailbox_of
from web.limits import allow, limited, refuse

RECEIVED = "moderation.received"
# Sixty people may sit behind one council's address; all of them together rarely report.
BY_ADDRESS = (20, 3600)
DAY = 24 * 3600
MAILS_A_DAY = 10


def report(request: HttpRequest, adapter: Adapter, pk: int) -> HttpResponse:
    """The form for visitors. What is not public, and what is not there, asks both to sign in."""
    subject = adapter.visible_to(request.user).filter(pk=pk).first()
    if subject is None or adapter.is_hidden(subject):
        return to_login(request)
    form = OutsideReportForm(request.POST or None)
    if request.method == "POST":
        refused = refuse(request, "report-outside", address=BY_ADDRESS)
        if refused:
            return refused
        if form.is_valid():
            return _take(request, subject, form)
    context = {"summary": adapter.summary(subject), "label": adapter.label, "form": form, "is_from_outside": True}
    return render(request, "moderation/report.html", context)


def _take(request: HttpRequest, subject: Model, form: OutsideReportForm) -> HttpResponse:
    sender = form.cleaned_data["sender"]
    if sender and not allow("report-mail", mailbox_of(sender), limit=MAILS_A_DAY, seconds=DAY):
        # Whoever has so many in a day has not asked for them.
        form.cleaned_data["sender"] = ""
    try:
        made = actions.report_from_outside(subject=subject, **form.cleaned_data)
    except actions.AlreadyReportedError as error:
        made = error.report
    # Said by a token, so that nobody looks others' reports up by their references.
    return redirect("moderation:received", token=tokens.make(RECEIVED, {"report": made.pk}))


@require_safe
@never_cache
def received(request: HttpRequest, token: str) -> HttpResponse:
    """Thanks, and the reference; for the person who has just sent it."""
    made = _report_of(token, RECEIVED, DAY)
    return render(request, "moderation/received.html", {"report": made, "is_asked": bool(made.sender)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("report-confirm", address=(60, 3600))
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page with one button that the e-mail to a sender leads to."""
    made = _report_of(token, emails.PURPOSE, emails.MAX_AGE)
    if request.method != "POST":
        return confirmation(
            request,
            title=_("Was it you who told us?"),
            text=_("Your report has the reference %(reference)s. Press the button if you sent it.")
            % {"reference": made.reference},
            button=_("Yes, I sent it"),
            cancel_url="/",
        )
    actions.confirm_sender(made=made)
    made.refresh_from_db()
    held = made.decisions.filter(verb=Decision.Verb.HOLD).exists()
    # Whoever confirms late gets no e-mail any more: here they read what became of it.
    context = {"report": made, "is_held": held, "outcome": outcome(made)}
    return render(request, "moderation/confirmed.html", context)


def _report_of(token: str, purpose: str, max_age: int) -> Report:
    """Http404 for a token that is not ours or too old, and for a report that is no more."""
    try:
        value = tokens.read(token, purpose, max_age=max_age)
    except tokens.BadToken:
        raise Http404 from None
    return get_object_or_404(Report, pk=value["report"])
