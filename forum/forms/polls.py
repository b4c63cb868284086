"""A poll as somebody writes it: in the form of a new thread, or by itself for a thread that is there."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.forms.fields import CleanField, TitleField
from forum.models import Poll
from forum.models.poll import FEWEST_OPTIONS, MOST_OPTIONS
from moderation.forms import ScreenedForm

LONGEST_OPTION = 120
FURTHEST = dt.timedelta(days=366)
EVENING = dt.time(17)


class PollFields(forms.Form):
    """Fields of a poll; where neither question nor answers are given there is none, and `poll` is None."""

    poll_screened: ClassVar[tuple[str, ...]] = ("poll_question", "poll_options")
    zone = "Europe/London"

    poll_question = TitleField(label=_("What do you want to ask?"), max_length=200, required=False)
    poll_options = CleanField(
        label=_("Answers to choose from"),
        required=False,
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 2),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Each on a line of its own, two to ten. You can change them until somebody has voted."),
    )
    poll_is_several = forms.BooleanField(label=_("People may choose several answers"), required=False)
    poll_is_anonymous = forms.BooleanField(
        label=_("Nobody sees who chose what"),
        required=False,
        help_text=_("The numbers are shown when the poll is closed, if at least five people have voted."),
    )
    poll_results = forms.ChoiceField(
        label=_("When are the numbers shown?"),
        choices=Poll.Results.choices,
        widget=forms.RadioSelect,
        required=False,
        initial=Poll.Results.AFTER_VOTING,
    )
    poll_closes_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Leave it empty to close the poll by hand."),
        error_messages={"invalid": _("Write the day like 2027-03-24.")},
    )
    poll_closes_time = forms.TimeField(
        label=_("At what time does it close?"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("5pm if you leave it empty."),
        error_messages={"invalid": _("Write the time like 17:00.")},
    )

    def clean_poll_options(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["poll_options"].splitlines()]
        return "\n".join(line for line in lines if line)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["poll"] = self._poll(cleaned)
        return cleaned

    def _poll(self, cleaned: dict[str, Any]) -> dict[str, Any] | None:
        """What `actions.save_poll` wants to know; errors are put where they belong."""
        question, options = cleaned.get("poll_question"), (cleaned.get("poll_options") or "").splitlines()
        if not (question or options):
            return None
        if not question and "poll_question" not in self.errors:
            self.add_error("poll_question", _("Write the question that people answer."))
        if "poll_options" not in self.errors:
            self._check(options)
        day, time = cleaned.get("poll_closes_on"), cleaned.get("poll_closes_time") or EVENING
        closes_at = dt.datetime.combine(day, time, ZoneInfo(self.zone)) if day else None
        if closes_at and not timezone.now() < closes_at < timezone.now() + FURTHEST:
            self.add_error("poll_closes_on", _("Choose a day to come, at most a year from now."))
        return {
            "question": question,
            "options": options,
            "is_several": cleaned.get("poll_is_several", False),
            "is_anonymous": cleaned.get("poll_is_anonymous", False),
            "results": cleaned.get("poll_results") or Poll.Results.AFTER_VOTING,
            "closes_on": day,
            "closes_time": time if day else None,
            "time_zone": self.zone,
        }

    def _check(self, options: list[str]) -> None:
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            self.add_error("poll_options", _("Write two to ten answers, each on a line of its own."))
        elif len({option.lower() for option in options}) < len(options):
            self.add_error("poll_options", _("Two of the answers are the same. Change one of them."))
        elif any(len(option) > LONGEST_OPTION for option in options):
            self.add_error("poll_options", _("One of the answers is too long. Use at most 120 characters."))


class PollForm(PollFields, ScreenedForm):
    """A poll for a thread that is there already, or new words for one in which nobody has voted."""

    screened = PollFields.poll_screened

    field_order = [
        "poll_question", "poll_options", "poll_is_several", "poll_is_anonymous", "poll_results", "poll_closes_on",
        "poll_closes_time", "why",
    ]  # fmt: skip

    def __init__(self, *arguments: Any, writer: User, **options: Any) -> None:
        self.zone = writer.time_zone
        super().__init__(*arguments, writer=writer, **options)
        for name in self.screened:
            self.fields[name].required = True
        self.fields["poll_question"].error_messages["required"] = _("Write the question that people answer.")
        self.fields["poll_options"].error_messages["required"] = _("Write two to ten answers.")


def chosen(poll: Poll, wanted: list[str]) -> list[int]:
    """The answers of a poll among what came from its form. Errors: ValidationError."""
    known = {str(pk): pk for pk in poll.options.values_list("pk", flat=True)}
    found = [known[each] for each in dict.fromkeys(wanted) if each in known]
    if not found:
        raise ValidationError(_("Choose an answer, then vote."))
    if len(found) > 1 and not poll.is_several:
        raise ValidationError(_("Choose one answer."))
    return found


def as_written(poll: Poll) -> dict[str, Any]:
    """A poll as its form begins."""
    names = ("question", "is_several", "is_anonymous", "results", "closes_on", "closes_time")
    options = "\n".join(poll.options.values_list("text", flat=True))
    return {f"poll_{name}": getattr(poll, name) for name in names} | {"poll_options": options}
