from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from audit.reading import readable_by
from web.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "verb", "actor_id", "actor_roles", "subject_kind", "subject_id"]
    list_filter = ["verb", "at"]
    search_fields = ["=actor_id", "=subject_id"]
    search_help_text = _("The id of a person or of what was acted on.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return readable_by(request.user).order_by("-id")
