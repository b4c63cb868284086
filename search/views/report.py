"""The report about searches, in the CMS."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from search.report import report

PERIODS = (7, 30, 90, 365)
RIGHT = "search.read_report"


class SearchesReport(WagtailAdminTemplateMixin, TemplateView):
    """`?days=` is one of PERIODS; anything else is a month."""

    template_name = "search/report.html"
    page_title = _("Searches")
    header_icon = "search"
    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("searches_report"), "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("days", "")
        days = next((period for period in PERIODS if str(period) == asked), 30)
        return super().get_context_data(**kwargs) | {"report": report(days), "days": days, "periods": PERIODS}
