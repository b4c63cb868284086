"""Search in the CMS: editors choose results, and read what is searched for."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from files.models import SiteDocument
from search import attachments
from search.models import PromotedResult
from search.views import unread
from search.views.report import RIGHT, SearchesReport


class PromotedResultViewSet(SnippetViewSet):
    model = PromotedResult
    icon = "pick"
    menu_label = _("Chosen results")
    menu_name = "chosen-results"
    menu_order = 260
    add_to_admin_menu = True
    list_display = ["__str__", "phrase_list", "first_day", "last_day"]
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromotedResult]:
        return PromotedResult.objects.select_related("page").prefetch_related("phrases")


register_snippet(PromotedResultViewSet)


class SearchesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)


@hooks.register("register_reports_menu_item")
def searches_item() -> MenuItem:
    return SearchesItem(_("Searches"), reverse("searches_report"), name="searches", icon_name="search", order=500)


class UnreadItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return unread.may_read_report(request.user)


@hooks.register("register_reports_menu_item")
def unread_item() -> MenuItem:
    title = unread.UnreadReport.page_title
    return UnreadItem(title, reverse("unread_report"), name="unread", icon_name="doc-full", order=510)


@hooks.register("register_admin_urls")
def report_address() -> list[URLPattern]:
    return [
        path("reports/searches/", SearchesReport.as_view(), name="searches_report"),
        path("reports/documents/", unread.UnreadReport.as_view(), name="unread_report"),
        path("reports/documents/<id:pk>/again/", unread.try_again, name="read_document_again"),
    ]


@hooks.register("after_bulk_action")
def after_bulk_action(request: HttpRequest, action: str, objects: list[Model], view: BulkAction) -> None:
    """Many documents at once change their collection without a signal, in the transaction of this."""
    if action == "add_to_collection" and view.model is SiteDocument:
        attachments.privacy_changed(SiteDocument.objects.filter(pk__in=[each.pk for each in objects]))
