"""Reflective spaces: coming in, and holding what would expire."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forum.forms.fields import CleanField
from moderation.models import Report


class ReportField(forms.ModelChoiceField):
    def label_from_instance(self, report: Report) -> str:
        return f"{report.reference}: {report.get_reason_display()}"


class EnterForm(forms.Form):
    report = ReportField(
        Report.objects.none(),
        label=_("Because of which report?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the report.")},
    )
    reason = CleanField(
        label=_("Why do you have to read it?"),
        max_length=300,
        help_text=_("The people in the circle read this. Name nobody."),
        error_messages={"required": _("Give the circle a reason.")},
    )

    def __init__(self, *arguments: Any, reports: QuerySet[Report], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["report"].queryset = reports  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    reason = CleanField(
        label=_("Why must it be kept?"),
        max_length=300,
        help_text=_("For example: a court has asked for it. The people in the circle read this. Name nobody."),
        error_messages={"required": _("Give the circle a reason.")},
    )
