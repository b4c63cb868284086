"""The yearly report: a page for moderators, and the same as a table to take along."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import MemberRequest, moderator_required
from moderation import transparency
from web import spreadsheet


@require_safe
@moderator_required
def yearly(request: MemberRequest, year: int | None = None) -> HttpResponse:
    """Numbers only, of one year. `?format=csv` gives the table."""
    years = transparency.years()
    year = timezone.localdate().year if year is None else year
    if year not in years:
        raise Http404
    sections = transparency.report_of(year)
    if request.GET.get("format") == "csv":
        return _table(year, sections)
    return render(request, "moderation/yearly.html", {"year": year, "years": years, "sections": sections})


def _table(year: int, sections: list[transparency.Section]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="moderation-{year}.csv"'
    rows = [[str(section.title), str(line.label), line.number] for section in sections for line in section.lines]
    response.writelines(spreadsheet.lines([[_("About"), _("What"), _("Number")], *rows]))
    return response
