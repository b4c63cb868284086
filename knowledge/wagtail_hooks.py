"""What the library adds to Wagtail's admin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from knowledge import import_hooks, publishing_hooks, statistics_hooks  # noqa: F401  (each registers its own)
from knowledge.models import ResourcePage
from knowledge.views import creating


@hooks.register("before_create_page")
def ask_for_kind(request: HttpRequest, parent_page: Page, page_class: type[Page]) -> HttpResponse | None:
    if page_class is ResourcePage and request.method == "GET":
        return creating.begin(request, parent_page)
    return None
