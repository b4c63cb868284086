"""How resources were used, for editors, in the CMS and as a table to take along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from knowledge.actions.statistics import KEPT_MONTHS, before, month_of
from knowledge.models import ResourceMonth
from knowledge.models.resource_month import COUNTED
from web.paging import keyset
from web.spreadsheet import lines

RIGHT = "knowledge.view_resourcemonth"
PAGE_SIZE = 50
TOTAL_SECONDS = 300
NAMES: dict[str, str | Promise] = {
    "views": _("Read"),
    "downloads": _("Files opened"),
    "helpful": _("Helpful"),
    "saved": _("Saved to lists"),
    "cited": _("Talked about"),
}


class Month(NamedTuple):
    first: dt.date
    numbers: list[int]


class ResourceStatistics(WagtailAdminTemplateMixin, TemplateView):
    """`?month=2026-11&by=views`, with `format=csv` as a table, with `month=all` of all months."""

    template_name = "knowledge/statistics.html"
    page_title = _("Use of resources")
    header_icon = "view"
    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            return _as_csv(None if request.GET.get("month") == "all" else self.month)  # type: ignore[return-value]
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("resource_statistics"), "label": self.page_title}]

    @property
    def month(self) -> dt.date:
        asked = self.request.GET.get("month", "")
        return next((each for each in _months() if f"{each:%Y-%m}" == asked), _months()[0])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("by", "")
        by = asked if asked in COUNTED else COUNTED[0]
        rows = ResourceMonth.objects.filter(month=self.month, **{f"{by}__gt": 0}).select_related("page")
        rows = rows.only(*COUNTED, "month", "page__title")
        page = keyset(rows, order=(f"-{by}", "-id"), cursor=self.request.GET.get("cursor"), size=PAGE_SIZE)
        return super().get_context_data(**kwargs) | {
            "rows": [(row.page, _numbers(row)) for row in page.items],
            "month": self.month,
            "months": _months(),
            "by": by,
            "orders": NAMES.items(),
            "totals": cache.get_or_set("resource-month-totals", _totals, TOTAL_SECONDS),
            **page.links(self.request),
        }


def _numbers(row: ResourceMonth) -> list[int]:
    return [getattr(row, name) for name in COUNTED]


def _months() -> list[dt.date]:
    this = month_of(timezone.localdate())
    return [before(this, number) for number in range(KEPT_MONTHS)]


def _totals() -> list[Month]:
    """All resources together, month by month, the latest first."""
    rows = ResourceMonth.objects.order_by("-month").values_list("month")
    summed = rows.annotate(*(Sum(name) for name in COUNTED))
    return [Month(first, list(numbers)) for first, *numbers in summed[:KEPT_MONTHS]]


def _as_csv(month: dt.date | None) -> StreamingHttpResponse:
    """One month, or all of them."""
    rows: QuerySet[ResourceMonth] = ResourceMonth.objects.select_related("page").order_by("-month", "-views", "-id")
    if month:
        rows = rows.filter(month=month)
    response = StreamingHttpResponse(lines(_rows(rows)), content_type="text/csv; charset=utf-8")
    name = f"resources-{month:%Y-%m}" if month else "resources"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(months: QuerySet[ResourceMonth]) -> Iterator[list[Any]]:
    yield [str(title) for title in (_("Month"), _("Resource"), _("Address"), *NAMES.values())]
    for row in months.iterator(chunk_size=500):
        yield [f"{row.month:%Y-%m}", row.page.title, f"{settings.BASE_URL}{row.page.url or ''}", *_numbers(row)]
