"""Posts kept to be found again."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

MORNING = dt.time(8)
FURTHEST = dt.timedelta(days=731)


class SaveForm(forms.Form):
    """Whether and when to be reminded of a saved post; `remind_at` is that day's morning where the person is.

    `before` is when a reminder is due already: its day stands in the form to begin with.
    """

    class When(models.TextChoices):
        NEVER = "never", _("No reminder")
        TOMORROW = "tomorrow", _("Tomorrow")
        WEEK = "week", _("In a week")
        DAY = "day", _("On another day, which I choose below")

    when = forms.ChoiceField(
        label=_("Should we remind you?"), choices=When.choices, widget=forms.RadioSelect, initial=When.NEVER
    )
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day like 2027-03-24.")},
    )

    def __init__(self, *arguments: Any, person: User, before: dt.datetime | None = None, **options: Any) -> None:
        self.zone = ZoneInfo(person.time_zone)
        if before:
            options["initial"] = {"when": self.When.DAY, "day": before.astimezone(self.zone).date()}
        super().__init__(*arguments, **options)
        self.today = timezone.now().astimezone(self.zone).date()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day = {
            self.When.TOMORROW: self.today + dt.timedelta(days=1),
            self.When.WEEK: self.today + dt.timedelta(days=7),
            self.When.DAY: cleaned.get("day"),
        }.get(cleaned.get("when", ""))
        is_chosen = cleaned.get("when") == self.When.DAY and "day" in cleaned
        if is_chosen and not (day and self.today < day <= self.today + FURTHEST):
            self.add_error("day", _("Choose a day from tomorrow on, at most two years from now."))
        cleaned["remind_at"] = dt.datetime.combine(day, MORNING, self.zone) if day else None
        return cleaned
