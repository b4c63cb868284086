"""Imports in the CMS: their addresses and their place in its menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from knowledge.permissions import can_import
from knowledge.views import imports, sources


class ImportsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_import(request.user)


@hooks.register("register_admin_menu_item")
def imports_item() -> MenuItem:
    return ImportsItem(_("Imports"), reverse("imports"), name="imports", icon_name="download", order=270)


@hooks.register("register_admin_urls")
def import_addresses() -> list[URLPattern]:
    return [
        path("imports/", imports.ImportList.as_view(), name="imports"),
        path("imports/new/", imports.ImportStart.as_view(), name="import_start"),
        path("imports/sources/", sources.SourceList.as_view(), name="import_sources"),
        path("imports/sources/new/", sources.SourceStart.as_view(), name="import_source_start"),
        path("imports/sources/<id:pk>/", sources.SourceDetail.as_view(), name="import_source"),
        path("imports/sources/<id:pk>/run/", sources.run, name="import_source_run"),
        path("imports/sources/<id:pk>/daily/", sources.set_daily, name="import_source_daily"),
        path("imports/<id:pk>/", imports.ImportDetail.as_view(), name="import"),
        path("imports/<id:pk>/columns/", imports.ImportColumns.as_view(), name="import_columns"),
        path("imports/<id:pk>/run/", imports.run, name="import_run"),
        path("imports/<id:pk>/undo/", imports.undo, name="import_undo"),
        path("imports/<id:pk>/drop/", imports.drop, name="import_drop"),
        path("imports/<id:pk>/report/", imports.report, name="import_report"),
    ]
