"""The records that the Online Safety Act asks for: written, kept by version, printed and taken along."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import MemberRequest, moderator_required
from moderation import actions
from moderation.assessments import answered
from moderation.forms import AssessmentForm
from moderation.models import Assessment
from notifications.actions import mark_read_for
from web import spreadsheet
from web.limits import limited


@require_safe
@moderator_required
def assessments(request: MemberRequest) -> HttpResponse:
    """Each kind with all its versions, and whether it is to be looked at again."""
    kept = Assessment.objects.defer("answers").order_by("kind", "-version")
    versions: dict[str, list[Assessment]] = {kind: [] for kind in Assessment.Kind.values}
    for found in kept:
        versions[found.kind].append(found)
    kinds = [(kind, versions[kind.value]) for kind in Assessment.Kind]
    return render(request, "moderation/assessments.html", {"kinds": kinds})


@require_safe
@moderator_required
def assessment(request: MemberRequest, kind: str, version: int) -> HttpResponse:
    """One version, to read and to print. `?format=csv` gives it as a table, `?format=html` as a file."""
    found = get_object_or_404(Assessment, kind=kind, version=version)
    mark_read_for(request.user, found)
    name = f"{kind}-{version}"
    if request.GET.get("format") == "csv":
        return _table(found, name)
    response = render(request, "moderation/assessment.html", {"assessment": found, "parts": answered(found)})
    if request.GET.get("format") == "html":
        response = render(request, "moderation/assessment_file.html", {"assessment": found, "parts": answered(found)})
        response["Content-Disposition"] = f'attachment; filename="{name}.html"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
@limited("assess", account=(30, 600))
def assess(request: MemberRequest, kind: str) -> HttpResponse:
    """The form, filled in with the last version. Keeping it makes the next one."""
    if kind not in Assessment.Kind.values:
        raise Http404
    last = Assessment.objects.filter(kind=kind).order_by("-version").first()
    data = request.POST if request.method == "POST" else None
    form = AssessmentForm(data, kind=kind, last=last)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assess(kind=kind, actor=request.user, **form.kept)
        except IntegrityError:
            messages.warning(request, _("Somebody else kept a version at the same moment. Look at it, then try again."))
        else:
            messages.success(request, _("It is kept. Earlier versions stay as they are."))
            return redirect(made)
    context = {"form": form, "kind": Assessment.Kind(kind), "last": last}
    return render(request, "moderation/assess.html", context)


def _table(found: Assessment, name: str) -> HttpResponse:
    head = [
        (_("Part"), _("Question"), _("Answer")),
        ("", _("Version"), found.version),
        ("", _("Kept on"), found.made_at.date().isoformat()),
        ("", _("Who is responsible for it"), found.signed_by),
        ("", _("To be looked at again by"), found.review_by.isoformat()),
    ]
    rows = [(str(part.title), str(question.label), said) for part, told in answered(found) for question, said in told]
    response = HttpResponse(spreadsheet.lines([*head, *rows]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
