"""Repositories that are harvested, in the CMS: which there are, how the last harvest went, run, pause, go on."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView

from accounts.models import User
from knowledge.actions import harvesting
from knowledge.forms.imports import SourceForm
from knowledge.models import Harvested, Source
from knowledge.permissions import can_harvest
from knowledge.views.imports import ImportPage


class SourcePage(ImportPage):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_harvest(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class SourceList(SourcePage, ListView):
    template_name = "knowledge/imports/sources.html"
    page_title = _("Repositories")
    queryset = Source.objects.order_by("url", "subset")
    paginate_by = 30


class SourceStart(SourcePage, FormView):
    template_name = "knowledge/imports/source_new.html"
    page_title = _("Add a repository")
    form_class = SourceForm

    def form_valid(self, form: SourceForm) -> HttpResponse:
        source = harvesting.add_source(actor=cast(User, self.request.user), **form.cleaned_data)
        messages.success(self.request, gettext("It is being asked. Its records become drafts."))
        return redirect("import_source", source.pk)


class SourceDetail(SourcePage, ListView):
    """How it stands, and the records of which something has to be said."""

    template_name = "knowledge/imports/source.html"
    paginate_by = 50

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.source = get_object_or_404(Source, pk=kwargs["pk"])
        self.page_title = str(self.source)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Harvested]:
        return self.source.records.exclude(error="").select_related("page").order_by("-changed_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = Harvested.objects.filter(source=self.source, page__isnull=False).count()
        return super().get_context_data(**kwargs) | {"source": self.source, "made": made}


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker ask it now."""
    source = _source(request, pk)
    harvesting.harvest_later(source=source)
    messages.success(request, gettext("It is being asked. Its records become drafts."))
    return redirect("import_source", pk)


@require_POST
def set_daily(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it every day (`wanted=yes`), or no more by itself."""
    wanted = request.POST.get("wanted") == "yes"
    harvesting.set_daily(source=_source(request, pk), actor=cast(User, request.user), wanted=wanted)
    messages.success(request, gettext("It is asked every day.") if wanted else gettext("It is not asked by itself."))
    return redirect("import_source", pk)


def _source(request: HttpRequest, pk: int) -> Source:
    if not can_harvest(request.user):
        raise PermissionDenied
    return get_object_or_404(Source, pk=pk)
