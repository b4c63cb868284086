from django.contrib import admin
from django.http import HttpRequest

from audit.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """To read only: nobody writes, changes or deletes an entry here."""

    list_display = ["at", "verb", "actor_id", "actor_roles", "subject_kind", "subject_id"]
    list_filter = ["verb", "at"]
    search_fields = ["=actor_id", "=subject_id"]
    search_help_text = "The id of a person or of what was acted on."
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False
