"""What moderators set for themselves: the rules that catch a post, and the sentences they decide with."""

from __future__ import annotations

from typing import Any

from django import forms

from moderation.models import Rules, Wording


class RulesForm(forms.ModelForm):
    class Meta:
        model = Rules
        fields = ["words", "most_links", "most_same", "most_an_hour", "new_for_days"]
        widgets = {"words": forms.Textarea(attrs={"rows": 12, "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class WordingForm(forms.ModelForm):
    class Meta:
        model = Wording
        fields = ["reasons", "letter", "outcome"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
