from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """For administrators to look something up: nobody adds, changes or deletes a row here."""

    show_full_result_count = False
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """By what the list offers and no more: not every database can look into JSON, and nobody needs to."""
        return lookup.partition("__")[0] in self.list_filter and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
