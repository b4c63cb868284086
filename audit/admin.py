from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from web.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "verb", "actor_id", "actor_roles", "subject_kind", "subject_id"]
    list_filter = ["verb", "at"]
    search_fields = ["=actor_id", "=subject_id"]
    search_help_text = _("The id of a person or of what was acted on.")
