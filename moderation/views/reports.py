"""Reporting, what was decided, and the moderator's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import MemberRequest, member_required, moderator_required
from accounts.models import User
from moderation import actions, registry, wording
from moderation import desk as desks
from moderation.forms import AppealForm, LogForm, MemberReportForm
from moderation.models import Appeal, Decision, Report
from moderation.notifications import outcome
from moderation.permissions import can_appeal, can_decide, can_report
from moderation.registry import Adapter
from moderation.views import outside
from notifications.actions import mark_read_for
from web.limits import limited
from web.paging import keyset

LOG_SIZE = 30
DECIDE: dict[str, tuple[Callable[..., Decision], str | Promise]] = {
    Decision.Verb.HIDE: (actions.hide, gettext_lazy("It is hidden now.")),
    Decision.Verb.RESTORE: (actions.restore, gettext_lazy("It can be read again.")),
    Decision.Verb.DISMISS: (actions.dismiss, gettext_lazy("It stays as it is.")),
    Decision.Verb.EDIT: (actions.edit, gettext_lazy("It is changed, and its author is told.")),
    Decision.Verb.REMOVE: (actions.remove, gettext_lazy("It is hidden. Its words go for good in four weeks.")),
    Decision.Verb.WARN: (actions.warn, gettext_lazy("The warning is sent and recorded.")),
    Decision.Verb.CLOSE: (actions.close, gettext_lazy("The space is closed.")),
    Decision.Verb.REOPEN: (actions.reopen, gettext_lazy("The space is open again.")),
}


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say what is wrong with something; what is public without an account too."""
    adapter = registry.of_kind(kind)
    view = _report if request.user.is_authenticated else outside.report
    return view(request, adapter, pk)


@member_required
@limited("report", account=(20, 3600))
def _report(request: MemberRequest, adapter: Adapter, pk: int) -> HttpResponse:
    subject = get_object_or_404(adapter.visible_to(request.user), pk=pk)
    summary = adapter.summary(subject)
    context = {"summary": summary, "kind": adapter.kind, "pk": pk, "label": adapter.label}
    if not can_report(request.user, summary):
        return render(request, "moderation/report_own.html", context, status=403)
    mine = Report.objects.made_by(request.user).ordinary().waiting()
    earlier = mine.filter(content_type=ContentType.objects.get_for_model(subject), object_id=pk).first()
    # An allegation about staff may follow upon another report; it goes elsewhere.
    if earlier and request.POST.get("reason") != Report.Reason.STAFF and "staff" not in request.GET:
        return _already_reported(request, earlier)
    form = MemberReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report(subject=subject, reporter=request.user, **form.cleaned_data)
        except actions.AlreadyReportedError as error:
            return _already_reported(request, error.report)
        return redirect("moderation:sent", reference=made.reference)
    return render(request, "moderation/report.html", {**context, "form": form})


def _already_reported(request: MemberRequest, earlier: Report) -> HttpResponse:
    messages.info(request, _("You have already reported this. You need not do it again: we will look at it."))
    return redirect("moderation:sent", reference=earlier.reference)


@require_safe
@member_required
def sent(request: MemberRequest, reference: str) -> HttpResponse:
    """Thanks, the reference, and later what became of the report; for the person who made it."""
    made = get_object_or_404(Report.objects.made_by(request.user), reference=reference.upper())
    mark_read_for(request.user, made)
    summary = registry.summary_of(
        registry.visible_subject(made.content_type.model_class(), made.object_id, request.user)
    )
    context = {
        "report": made,
        "summary": summary,
        "place": summary.place if summary and made.is_allegation else None,
        "again_url": "" if made.is_allegation or not summary else _report_page(made),
        "outcome": outcome(made),
        "is_waiting": made.state == Report.State.OPEN,
        "is_held": made.decisions.filter(verb=Decision.Verb.HOLD).exists(),
    }
    return render(request, "moderation/sent.html", context)


def _report_page(made: Report) -> str:
    model = made.content_type.model_class()
    return reverse("moderation:report", args=[registry.of_model(model).kind, made.object_id]) if model else ""


@require_safe
@member_required
def decision(request: MemberRequest, pk: int) -> HttpResponse:
    """Why something was hidden or is shown again; for the person who wrote it."""
    decided = get_object_or_404(Decision.objects.with_newest(), pk=pk, author=request.user)
    if decided.verb == Decision.Verb.DISMISS:
        # That nothing was done would tell them that somebody had reported them.
        raise Http404
    made = Appeal.objects.filter(decision=decided).first()
    mark_read_for(request.user, decided, *filter(None, [made]))
    form = AppealForm() if can_appeal(request.user, decided) else None
    return decision_page(request, decided, appeal=made, form=form)


def decision_page(
    request: MemberRequest, decided: Decision, *, appeal: Appeal | None, form: AppealForm | None
) -> HttpResponse:
    context = {
        "decision": decided,
        "summary": registry.summary_of(decided.subject),
        "is_visible": registry.visible_subject(decided.content_type.model_class(), decided.object_id, request.user),
        "is_hidden": decided.verb in Decision.HIDING,
        "is_appealable": decided.verb in Decision.APPEALABLE,
        "is_overtaken": decided.newest != decided.pk,
        "title": wording.title_for_author(decided.verb),
        "letter": wording.words_for(decided.verb).letter,
        "appeal": appeal,
        "form": form,
    }
    return render(request, "moderation/decision.html", context)


@require_safe
@moderator_required
def desk(request: MemberRequest) -> HttpResponse:
    """What waits, under Urgent, This week and Can wait."""
    groups, page = desks.waiting(request.user, request.GET.get("cursor"))
    context = {"groups": groups, "pages": page.links(request), "is_without_lead": desks.is_without_lead()}
    return render(request, "moderation/desk.html", context)


@require_safe
@moderator_required
def thing(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """One thing: what it says, who reported it, what was decided before, and what can be decided now."""
    item = desks.one(request.user, registry.of_kind(kind), pk)
    if item is None:
        raise Http404
    mark_read_for(request.user, *item.reports)
    return render(request, "moderation/thing.html", {"item": item, "forms": item.forms})


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
@limited("decide", account=(240, 600))
def decide(request: MemberRequest, kind: str, pk: int, verb: str) -> HttpResponse:
    """Hide, show again or leave one thing, with a reason. Whoever comes by a link is shown the thing."""
    if request.method != "POST":
        return redirect("moderation:thing", kind=kind, pk=pk)
    adapter = registry.of_kind(kind)
    item = desks.one(request.user, adapter, pk)
    if item is None or verb not in DECIDE:
        raise Http404
    # What stands in a circle is decided about by whoever came in because of a report.
    if not can_decide(request.user, item.summary) or item.closed_url:
        raise PermissionDenied
    form = item.form(Decision.Verb(verb), request.POST)
    if not form.is_valid():
        return render(request, "moderation/thing.html", {"item": item, "forms": [form]})
    act, done = DECIDE[Decision.Verb(verb)]
    subject = item.subject or adapter.model(pk=pk)
    try:
        act(subject=subject, actor=request.user, reason=form.reason, seen=form.seen, **form.more)
    except actions.AlreadyDecidedError as error:
        messages.warning(request, _overtaken(error.decision))
        return redirect(item.url)
    messages.success(request, str(done))
    return redirect("moderation:desk")


def _overtaken(newest: Decision | None) -> str:
    if newest is None:
        return _("This has changed since you opened the page. Nothing was done; look at it again.")
    who = newest.decided_by.display_name if newest.decided_by else _("The site")
    values = {"who": who, "what": newest.get_verb_display()}
    return _("%(who)s decided this before you: “%(what)s”. Nothing was done twice.") % values


@require_safe
@moderator_required
def log(request: MemberRequest) -> HttpResponse:
    """What moderators decided, the newest first, by reference, decision or moderator."""
    deciders = User.objects.filter(pk__in=Decision.objects.values("decided_by")).order_by("display_name")
    form = LogForm(request.GET, moderators=list(deciders.values_list("pk", "display_name")))
    form.is_valid()
    wanted = form.cleaned_data
    page = keyset(_decisions(request.user, wanted), cursor=request.GET.get("cursor"), size=LOG_SIZE)
    things = desks.load_things(request.user, {(row.content_type_id, row.object_id) for row in page.items})
    context = {
        "form": form,
        "is_filtered": any(wanted.values()),
        "rows": [(row, things.get((row.content_type_id, row.object_id))) for row in page.items],
        "waiting_url": _waiting_url(request.user, wanted.get("reference")),
        "pages": page.links(request),
    }
    return render(request, "moderation/log.html", context)


def _decisions(user: User, wanted: dict[str, Any]) -> QuerySet[Decision]:
    found = Decision.objects.for_moderator(user).select_related("decided_by").prefetch_related("reports")
    if wanted.get("reference"):
        found = found.filter(reports__reference=wanted["reference"])
    if wanted.get("verb"):
        found = found.filter(verb=wanted["verb"])
    if wanted.get("by"):
        found = found.filter(decided_by=wanted["by"])
    return found


def _waiting_url(user: User, reference: str | None) -> str:
    """Where the desk has the thing that a report with this reference waits for; empty if none does."""
    waiting = Report.objects.ordinary().not_about(user).waiting()
    found = waiting.filter(reference=reference).first() if reference else None
    return found.thing_url if found else ""
