from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from markup.characters import clean_characters
from search.models import SavedSearch
from search.saved import LONGEST_NAME


class SavedSearchForm(forms.Form):
    """What a saved search is called, and how often its person wants to hear of it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Give it a name, so that you know it again.")},
    )
    frequency = forms.ChoiceField(
        label=_("Tell me when there is something new"),
        choices=SavedSearch.Frequency.choices,
        widget=forms.RadioSelect,
        initial=SavedSearch.Frequency.WEEKLY,
        error_messages={"required": _("Choose how often we tell you.")},
    )

    def clean_name(self) -> str:
        name = " ".join(clean_characters(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    @classmethod
    def for_search(cls, saved: SavedSearch, data: Any = None) -> SavedSearchForm:
        return cls(data, initial={"name": saved.name, "frequency": saved.frequency})
