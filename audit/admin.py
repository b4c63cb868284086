import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from audit.reading import readable_by
from web.admin import ReadOnlyAdmin
from web.spreadsheet import lines

COLUMNS = ("id", "at", "verb", "actor_id", "actor_roles", "subject_kind", "subject_id", "detail")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    change_list_template = "audit/change_list.html"
    list_display = ["at", "verb", "actor_id", "actor_roles", "subject_kind", "subject_id"]
    list_filter = ["verb", "subject_kind", "at"]
    search_fields = ["=actor_id", "=subject_id"]
    search_help_text = _("The id of a person or of what was acted on.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return readable_by(request.user).order_by("-id")

    def get_urls(self) -> list[URLPattern]:
        return [path("table/", self.admin_site.admin_view(self.table), name="audit_entry_table"), *super().get_urls()]

    def table(self, request: HttpRequest) -> StreamingHttpResponse:
        """What the list shows by its filters, all of it, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_changelist_instance(request).get_queryset(request)
        response = StreamingHttpResponse(lines(_rows(found)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{localdate():%Y-%m-%d}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def _rows(entries: QuerySet[Entry]) -> Iterator[list[Any]]:
    yield list(COLUMNS)
    for pk, at, *middle, detail in entries.values_list(*COLUMNS).iterator(chunk_size=1000):
        yield [pk, at.isoformat(), *middle, json.dumps(detail)]
