"""What Wagtail's admin asks of a resource; loaded by the model, so it names none of its models but kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from accounts.models import User
from knowledge.identifiers import bare_doi, bare_isbn
from knowledge.models import kinds
from knowledge.models.workflow import KEEPERS

# A part of a kind (see `kinds.SUITS`) by the columns and the rows in which it is kept.
FIELDS = {
    "jurisdiction": ("jurisdiction",),
    "in_force_from": ("in_force_from",),
    "challenge": ("challenge",),
    "approach": ("approach",),
    "result": ("result",),
    "lessons": ("lessons",),
    "contact": ("contact",),
    "delivery": ("delivered_by", "delivery"),
    "minutes": ("minutes",),
    "make_it_yours": ("make_it_yours",),
    "video": ("video_url", "transcript"),
    "study": ("study_design",),
}
ROWS = ("evidence", "steps")


class ResourcePageForm(WagtailAdminPageForm):
    """Asks for what suits the kind. What was not asked is left as it is."""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        kind = self.instance.kind
        if not self.instance.has_unpublished_changes:
            self.initial["change_note"] = ""  # what was said of the last version is not said of the next
        if "owner" in self.fields:
            # Who else has an account here is nothing that this form has to tell.
            may = Q(groups__name__in=KEEPERS, is_active=True) | Q(is_superuser=True) | Q(pk=self.instance.owner_id)
            self.fields["owner"].queryset = User.objects.filter(pk__in=User.objects.filter(may).values("pk"))
        for part, names in FIELDS.items():
            for name in names:
                if not (kinds.has(kind, part) if data is None else self.add_prefix(name) in data):
                    self.fields.pop(name, None)
        for relation in ROWS:
            formset = self.formsets.get(relation)
            if formset is None:
                continue
            was_sent = data is not None and f"{formset.prefix}-TOTAL_FORMS" in data
            if not (kinds.has(kind, relation) if data is None else was_sent):
                del self.formsets[relation]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("video_url") and not cleaned.get("transcript"):
            self.add_error("transcript", _("Write down what is said: some people cannot hear it."))
        if cleaned.get("replaced_by") and cleaned["replaced_by"].pk == self.instance.pk:
            self.add_error("replaced_by", _("A resource cannot replace itself."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.instance._state.adding:
            # Wagtail writes a new page's row as live, and asks only then whether it may be published.
            self.instance.live = False
        return super().save(commit)

    def clean_doi(self) -> str:
        """Without the address around it, in which DOIs are often copied."""
        text = self.cleaned_data["doi"].strip()
        return bare_doi(text) or text

    def clean_isbn(self) -> str:
        text = self.cleaned_data["isbn"].strip()
        return bare_isbn(text) or text
