"""To look reports and decisions up. Whatever happens to a report is decided, with a reason, on the desk."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from moderation.models import Decision, Duty, Escalation, Outsider, Report
from web.admin import ReadOnlyAdmin


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["reference", "reason", "state", "content_type", "object_id", "created_at"]
    list_filter = ["state", "reason", "created_at"]
    search_fields = ["=reference"]
    list_select_related = ["content_type"]
    ordering = ["-pk"]
    # Whoever wrote without a name stays without one here too.
    exclude = ["concerns"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Neither allegations against staff, nor what concerns whoever looks."""
        return Report.objects.ordinary().not_about(cast(User, request.user)).order_by("-pk")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["decided_at", "verb", "content_type", "object_id", "decided_by"]
    # Who wrote without their name is nobody's to read here.
    exclude = ["author"]
    list_filter = ["verb", "decided_at"]
    search_fields = ["=reports__reference"]
    list_select_related = ["content_type", "decided_by"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return Decision.objects.for_moderator(cast(User, request.user)).order_by("-pk")


@admin.register(Outsider)
class OutsiderAdmin(admin.ModelAdmin):
    """Who hears appeals where only one moderator is there. They need an account, and no other right."""

    raw_id_fields = ["person"]
    list_select_related = ["person"]


@admin.register(Duty)
class DutyAdmin(admin.ModelAdmin):
    """Who hears of what waits too long. They need an account, and no other right."""

    list_display = ["person", "level", "place"]
    list_filter = ["level"]
    raw_id_fields = ["person", "place"]
    list_select_related = ["person", "place"]


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ["report", "level", "created_at"]
    list_filter = ["level"]
    list_select_related = ["report"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Escalation]:
        return Escalation.objects.ordinary().exclude(report__concerns=cast(User, request.user)).order_by("-pk")
