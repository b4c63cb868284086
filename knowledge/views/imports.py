"""Bringing files of records into the library, in the CMS: upload, columns, preview, progress, result, taking back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, ListView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from knowledge.actions import imports
from knowledge.exchange.record import Unreadable
from knowledge.forms.imports import ImportForm, MappingForm
from knowledge.models import Import, ImportLine
from knowledge.permissions import can_harvest, can_import, can_publish_imports

if TYPE_CHECKING:
    from accounts.models import User

State = Import.State


class ImportPage(WagtailAdminTemplateMixin):
    """What all these pages share: who may see them, and where they are."""

    header_icon = "download"
    page_title: Any = _("Imports")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_import(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = [{"url": "", "label": self.get_page_title()}] if self.page_title != ImportPage.page_title else []
        return [*self.breadcrumbs_items, {"url": reverse("imports"), "label": _("Imports")}, *here]


class ImportList(ImportPage, ListView):
    template_name = "knowledge/imports/index.html"
    model = Import
    paginate_by = 30

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_harvest": can_harvest(self.request.user)}


class ImportStart(ImportPage, FormView):
    template_name = "knowledge/imports/start.html"
    page_title = _("Bring in a file")
    form_class = ImportForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_publish": can_publish_imports(self.request.user)}

    def form_valid(self, form: ImportForm) -> HttpResponse:
        chosen = dict(form.cleaned_data)
        file = chosen.pop("file")
        try:
            job = imports.start(actor=_editor(self.request), name=file.name, content=file.read(), **chosen)
        except Unreadable as why:
            form.add_error("file", str(why))
            return self.form_invalid(form)
        if job.state == State.MAPPING:
            return redirect("import_columns", job.pk)
        imports.work_later(job=job)
        return redirect("import", job.pk)


class ImportColumns(ImportPage, FormView):
    """Which column of a table is what; asked again as long as no page was made."""

    template_name = "knowledge/imports/columns.html"
    page_title = _("Columns")
    form_class = MappingForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        states = (State.MAPPING, State.READY, State.FAILED)
        self.job = get_object_or_404(Import, pk=kwargs["pk"], form__in=("csv", "xlsx"), state__in=states)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        titles = imports.headings(self.job)
        return {**super().get_form_kwargs(), "headings": titles, "mapping": self.job.mapping}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"job": self.job, "unread_sheets": imports.unread_sheets(self.job)}

    def form_valid(self, form: MappingForm) -> HttpResponse:
        imports.set_mapping(job=self.job, mapping=form.mapping)
        imports.work_later(job=self.job)
        return redirect("import", self.job.pk)


class ImportDetail(ImportPage, ListView):
    """The preview, the progress or the result, line by line; `?state=` shows only some lines."""

    template_name = "knowledge/imports/detail.html"
    paginate_by = 50

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.job = get_object_or_404(Import, pk=kwargs["pk"])
        self.page_title = self.job.name
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.job.state == State.MAPPING:
            return redirect("import_columns", self.job.pk)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ImportLine]:
        lines = self.job.lines.select_related("page", "twin").order_by("number")
        state = self.request.GET.get("state", "")
        return lines.filter(state=state) if state in ImportLine.State else lines

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = dict(self.job.lines.order_by().values_list("state").annotate(Count("pk")))
        counts = [(state, state.label, found[state]) for state in ImportLine.State if state in found]
        waiting = found.get("ready", 0) + (found.get("duplicate", 0) if self.job.with_duplicates else 0)
        return super().get_context_data(**kwargs) | {
            "job": self.job,
            "counts": counts,
            "chosen": self.request.GET.get("state", ""),
            "waiting": waiting,
            "made": found.get("made", 0) if _may_undo(self.request, self.job) else 0,
        }


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker make the pages."""
    job = _job(request, pk, State.READY)
    if job.publish and not can_publish_imports(request.user):
        raise PermissionDenied
    imports.work_later(job=job, state=State.RUNNING)
    return redirect("import", pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker take back the pages that nobody changed since."""
    job = _job(request, pk, State.DONE)
    if not _may_undo(request, job):
        raise PermissionDenied
    imports.work_later(job=job, state=State.UNDOING)
    count = job.lines.filter(state=ImportLine.State.MADE).count()
    text = ngettext("%(count)d page is being taken back.", "%(count)d pages are being taken back.", count)
    messages.success(request, text % {"count": count})
    return redirect("import", pk)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget an import of which no page was made."""
    job = _job(request, pk, State.MAPPING, State.READY, State.FAILED, State.UNDONE)
    imports.drop(job=job, actor=_editor(request))
    messages.success(request, gettext("“%(name)s” is forgotten.") % {"name": job.name})
    return redirect("imports")


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each record, to keep or to send to whoever made the file."""
    job = _job(request, pk, *State)
    text = json.dumps(list(imports.results(job)), indent=1, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{pk}.json"'
    return response


def _may_undo(request: HttpRequest, job: Import) -> bool:
    """What was published is not a moderator's to take out of the library without a word."""
    return not job.publish or can_publish_imports(request.user)


def _editor(request: HttpRequest) -> User:
    """Who is signed in: nobody else comes this far."""
    return cast("User", request.user)


def _job(request: HttpRequest, pk: int, *states: Import.State) -> Import:
    if not can_import(request.user):
        raise PermissionDenied
    return get_object_or_404(Import, pk=pk, state__in=states)
