"""A new resource begins with its kind: the form that follows asks for what suits it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.create import CreateView
from wagtail.models import Page

from knowledge.models.kinds import SUITS, Kind


class CreateOfKind(CreateView):
    """Wagtail's form for a new page, with the kind chosen."""

    kind = ""

    def run_hook(self, hook_name: str, *args: Any, **kwargs: Any) -> Any:
        # It is this hook that leads here.
        return None if hook_name == "before_create_page" else super().run_hook(hook_name, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        self.page.kind = self.kind
        return super().get(request)


def begin(request: HttpRequest, parent: Page) -> HttpResponse:
    """The form for the kind that the address names, or else a page to choose one."""
    kind = request.GET.get("kind", "")
    if kind in Kind.values:
        return CreateOfKind.as_view(kind=kind)(request, "knowledge", "resourcepage", parent.pk)
    chooser = {
        "parent_page": parent,
        "kinds": [(value, label, SUITS[value].purpose) for value, label in Kind.choices],
        "next": get_valid_next_url_from_request(request),
    }
    return render(request, "knowledge/admin/choose_kind.html", chooser)
