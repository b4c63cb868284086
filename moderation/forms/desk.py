"""What the desk asks besides decisions: what became of a concern, and which part of the log to show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation import actions
from moderation.models import Decision


class TakenUpForm(forms.Form):
    route = forms.ChoiceField(
        label=_("What you did"),
        choices=actions.Route.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what you did.")},
        help_text=_("Only this choice is recorded. Write everything else down where your own organisation keeps it."),
    )


class LogForm(forms.Form):
    """What to show of the log. Every field may be empty; what makes no sense is left out."""

    reference = forms.CharField(label=_("Reference of a report"), required=False, max_length=20)
    verb = forms.ChoiceField(
        label=_("What was decided"), required=False, choices=[("", _("Everything")), *Decision.Verb.choices]
    )
    by = forms.ChoiceField(label=_("By whom"), required=False)

    def __init__(self, *args: Any, moderators: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["by"].choices = [("", _("Everybody")), *moderators]  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        """ "r 7k3q9", "7K3Q9" and "R-7K3Q9" are the same."""
        letters = "".join(self.cleaned_data["reference"].upper().replace("-", " ").split())
        return f"R-{letters.removeprefix('R') if len(letters) > 5 else letters}" if letters else ""
