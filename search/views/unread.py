"""The report about documents that search cannot look into, in the CMS."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from files.models import DocumentText, SiteDocument
from search.attachments import read_again

Outcome = DocumentText.Outcome


def may_read_report(user: Any) -> bool:
    """Whoever may change any documents in the CMS, if only their own."""
    return policy_registry.get_by_type(SiteDocument).user_has_any_permission(user, ["change"])


def _readings(user: Any) -> QuerySet[DocumentText]:
    """Of the documents that this person may change: others may stand in a collection that is closed to them."""
    theirs = policy_registry.get_by_type(SiteDocument).instances_user_has_any_permission_for(user, ["change"])
    return DocumentText.objects.filter(document__in=theirs).select_related("document")


def _check(request: HttpRequest) -> None:
    if not may_read_report(request.user):
        raise PermissionDenied


class UnreadReport(WagtailAdminTemplateMixin, ListView):
    """Documents whose words are not known, or not all of them, the latest first."""

    template_name = "search/unread.html"
    page_title = _("Documents not in search")
    header_icon = "doc-full"
    paginate_by = 50

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _check(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_queryset(self) -> QuerySet[DocumentText]:
        return _readings(self.request.user).exclude(outcome=Outcome.READ).order_by("-read_at", "pk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("unread_report"), "label": self.page_title}]


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker read a document once more: it may have been too slow only because the machine was busy."""
    _check(request)
    reading = get_object_or_404(_readings(request.user), pk=pk)
    read_again(reading.document)
    messages.success(request, gettext("“%(title)s” is read again in a moment.") % {"title": reading.document.title})
    return redirect("unread_report")
