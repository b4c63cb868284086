"""The form of an assessment, made from its template."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.assessments import TEMPLATES, Part, questions
from moderation.models import Assessment

MOST_WORDS = 4000
A_YEAR = dt.timedelta(days=365)


class AssessmentForm(forms.Form):
    """Every question of the template; what is left empty is shown as not answered."""

    signed_by = forms.CharField(
        label=_("Who is responsible for this assessment?"),
        max_length=120,
        help_text=_("Name and role."),
        error_messages={"required": _("Write the name and role of whoever answers for it.")},
    )
    review_by = forms.DateField(
        label=_("To be looked at again by"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("A year from now at the latest, and before you change what people can do here."),
        error_messages={"required": _("Choose a day within the next year.")},
    )

    def __init__(self, data: Any = None, *, kind: str, last: Assessment | None) -> None:
        super().__init__(data, label_suffix="")
        self.kind = kind
        for question in questions(kind):
            self.fields[question.name] = _field(question.choices, question.label, question.hint)
        if last is not None:
            self.initial = {**last.answers, "signed_by": last.signed_by}
        self.initial["review_by"] = timezone.localdate() + A_YEAR

    @property
    def parts(self) -> list[tuple[Part, list[forms.BoundField]]]:
        """The template's parts with their fields, for the page."""
        return [(part, [self[question.name] for question in part.questions]) for part in TEMPLATES[self.kind]]

    def clean_review_by(self) -> dt.date:
        day = self.cleaned_data["review_by"]
        if not timezone.localdate() < day <= timezone.localdate() + A_YEAR:
            raise ValidationError(_("Choose a day within the next year."))
        return day

    @property
    def kept(self) -> dict[str, Any]:
        """For `actions.assess`."""
        names = [question.name for question in questions(self.kind)]
        answers = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        signed, day = self.cleaned_data["signed_by"], self.cleaned_data["review_by"]
        return {"answers": answers, "signed_by": signed, "review_by": day}


def _field(choices: Any, label: Any, hint: Any) -> forms.Field:
    if choices:
        empty = [("", _("Not answered yet"))]
        return forms.ChoiceField(label=label, help_text=hint, required=False, choices=[*empty, *choices])
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=MOST_WORDS, widget=area)
