from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outbox import actions
from outbox.models import Job

SHOWN = ("kind", "subject", "state", "attempts", "due_at", "leased_until", "created_at", "finished_at", "last_error")


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """What waits, what failed. Payloads are not shown: among them are people's e-mails."""

    list_display = ["kind", "subject", "state", "attempts", "due_at", "created_at", "last_error"]
    list_filter = ["state", "kind", "due_at"]
    search_fields = ["=subject", "=key"]
    search_help_text = _("What it is about, e.g. post:12.")
    ordering = ["-pk"]
    show_full_result_count = False
    fields = SHOWN
    readonly_fields = SHOWN
    actions = ["try_again", "drop"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Asking for payloads by the address would tell letter by letter what is in them, codes among it."""
        return not lookup.startswith("payload") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False

    @admin.action(description=_("Try again now"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        jobs = list(queryset)
        self._tell(request, jobs, actions.try_again(jobs), _t("try again"))

    @admin.action(description=_("Drop: never do this work"), permissions=["change"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        jobs = list(queryset)
        self._tell(request, jobs, actions.drop(jobs), _t("drop"))

    def _tell(self, request: HttpRequest, jobs: list[Job], changed: int, what: str) -> None:
        for job in jobs:
            self.log_change(request, job, what)
        left = len(jobs) - changed
        text = ngettext("%d job changed.", "%d jobs changed.", changed) % changed
        if left:
            text += " " + ngettext("%d is in work or done and stays.", "%d are in work or done and stay.", left) % left
        self.message_user(request, text, messages.WARNING if left else messages.SUCCESS)
