"""What went on to a safeguarding lead, a stand-in or an outsider because nobody had decided in time."""

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
from moderation.desk import SHOWN_IN_LIST, Item, item_about
from moderation.forms import DecisionForm, TakenUpForm
from moderation.models import Decision, Escalation, Level
from moderation.permissions import can_look_into
from moderation.views.reports import DECIDE
from notifications.actions import mark_read_for
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("decide", account=(240, 600))
def concern(request: MemberRequest, pk: int) -> HttpResponse:
    """What was reported, with its reports, and what can be decided; each look is recorded."""
    found = _load(request, pk)
    if found.report.is_allegation:
        return _allegation(request, found)
    if request.user.is_moderator and not _is_only_here(request, found):
        return redirect(found.report.thing_url or "moderation:desk")
    item = item_about(found.report, request.user)
    return _concern_page(request, found, item, _forms(found, item))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("decide", account=(240, 600))
def decide_concern(request: MemberRequest, pk: int, verb: str) -> HttpResponse:
    """Hide it, leave it or show it again. Whoever comes by a link is shown what it is about."""
    found = _load(request, pk)
    if request.method != "POST":
        return redirect(found)
    if verb not in DECIDE:
        raise Http404
    item = item_about(found.report, request.user)
    if item.subject is None or item.is_own:
        raise Http404
    form = item.form(Decision.Verb(verb), request.POST)
    if form.verb not in _offered(found) or not form.is_valid():
        page = _allegation_page if found.report.is_allegation else _concern_page
        return page(request, found, item, [form] if form.verb in _offered(found) else _forms(found, item))
    act, done = DECIDE[form.verb]
    try:
        act(subject=item.subject, actor=request.user, reason=form.reason, seen=form.seen)
    except actions.AlreadyDecidedError:
        messages.warning(request, _("This has changed since you opened the page. Nothing was done; look at it again."))
        return redirect(found)
    messages.success(request, f"{done} {_('The moderators see your reason.')}")
    return redirect(found if found.report.is_allegation else "notifications:inbox")


def _load(request: MemberRequest, pk: int) -> Escalation:
    """Http404 for whoever it did not go to, and once it is decided."""
    rows = Escalation.objects.visible_to(request.user).select_related("report__content_type")
    found = get_object_or_404(rows, pk=pk)
    if not can_look_into(request.user, found):
        raise Http404
    return found


def _is_only_here(request: MemberRequest, found: Escalation) -> bool:
    """Whether the desk would be closed to this lead: a reflective space is told that they read what was reported, so
    that one who moderates too need not come in for it."""
    model, pk = found.report.content_type.model_class(), found.report.object_id
    if found.level != Level.LEAD or model is None or not registry.of_model(model).closed_url(pk):
        return False
    return registry.visible_subject(model, pk, request.user) is None


def _offered(found: Escalation) -> tuple[Decision.Verb, ...]:
    """Beside an allegation nothing else is decided than that others cannot read the thing any more."""
    return (Decision.Verb.HIDE,) if found.report.is_allegation else SHOWN_IN_LIST


def _forms(found: Escalation, item: Item) -> list[DecisionForm]:
    if item.summary is None or (found.report.is_allegation and item.is_hidden):
        return []
    return [item.form(verb) for verb in item.verbs if verb in _offered(found)]


def _concern_page(request: MemberRequest, found: Escalation, item: Item, forms: list[DecisionForm]) -> HttpResponse:
    mark_read_for(request.user, found)
    record(actor=request.user, verb="moderation.concern.read", subject=found)
    context = {"found": found, "item": item, "summary": item.summary, "reports": item.reports, "forms": forms}
    return render(request, "moderation/concern.html", context)


def _allegation(request: MemberRequest, found: Escalation) -> HttpResponse:
    """What was alleged, with the routes to take, and the form to hide what it stands beside."""
    form = TakenUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_up(escalation=found, actor=request.user, route=form.cleaned_data["route"])
        except actions.AlreadyDecidedError:
            messages.info(request, _("Somebody else has taken this up already."))
        else:
            messages.success(request, _("Thank you. Whoever told us hears that it has been taken up."))
        return redirect("notifications:inbox")
    item = item_about(found.report, request.user)
    return _allegation_page(request, found, item, _forms(found, item), form)


def _allegation_page(
    request: MemberRequest,
    found: Escalation,
    item: Item,
    forms: list[DecisionForm],
    form: TakenUpForm | None = None,
) -> HttpResponse:
    mark_read_for(request.user, found)
    record(actor=request.user, verb="moderation.allegation.read", subject=found)
    summary, about = item.summary, found.report.concerns
    place = (summary.place if summary else None) or (about.place if about else None)
    context: dict[str, Any] = {"found": found, "item": item, "summary": summary, "place": place, "forms": forms}
    context["form"] = form or TakenUpForm()
    if about and not (summary and summary.is_nameless and summary.author == about):
        context["about"] = about
    return render(request, "moderation/allegation.html", context)
