"""The page about the use of resources among the CMS's reports."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from knowledge.views.statistics import RIGHT, ResourceStatistics


class StatisticsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)


@hooks.register("register_reports_menu_item")
def statistics_item() -> MenuItem:
    title = ResourceStatistics.page_title
    return StatisticsItem(
        title, reverse("resource_statistics"), name="resource-statistics", icon_name="view", order=490
    )


@hooks.register("register_admin_urls")
def statistics_address() -> list[URLPattern]:
    return [path("reports/resources/", ResourceStatistics.as_view(), name="resource_statistics")]
