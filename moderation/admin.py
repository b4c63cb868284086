from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from moderation.models import Decision, Report


class ReadOnlyAdmin(admin.ModelAdmin):
    """For administrators to look something up. Whatever happens to a report is decided, with a reason, on the desk."""

    show_full_result_count = False
    ordering = ["-pk"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["reference", "reason", "state", "content_type", "object_id", "created_at"]
    list_filter = ["state", "reason", "created_at"]
    search_fields = ["=reference"]
    list_select_related = ["content_type"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["decided_at", "verb", "content_type", "object_id", "decided_by"]
    list_filter = ["verb", "decided_at"]
    search_fields = ["=reports__reference"]
    list_select_related = ["content_type", "decided_by"]
