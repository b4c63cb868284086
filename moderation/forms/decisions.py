"""What a moderator decides, and why: one form a decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Trust
from moderation import wording
from moderation.actions import Seen
from moderation.models import Decision

Verb = Decision.Verb
OTHER = "other"
NOTE_LENGTH = 800

ANOTHER = (OTHER, _("Another reason, which I give below"))
READ_BY_AUTHOR = _("The person whom it concerns will read your reason, without your name.")
READ_BY_MODERATORS = _("Only moderators will read your reason.")
LABELS = {
    Verb.HIDE: _("Hide it"),
    Verb.RESTORE: _("Show it again"),
    Verb.DISMISS: _("Leave it as it is"),
    Verb.EDIT: _("Change the words"),
    Verb.REMOVE: _("Remove it for good"),
    Verb.WARN: _("Warn the person"),
    Verb.CLOSE: _("Close the space"),
    Verb.REOPEN: _("Open the space again"),
    Verb.SUSPEND: _("Close the account for a time"),
    Verb.EXPEL: _("Remove the person from the site"),
    Verb.LIFT: _("Open the account again"),
    Verb.TRUST: _("Change how far they are trusted"),
}
DANGEROUS = (Verb.HIDE, Verb.REMOVE, Verb.SUSPEND, Verb.EXPEL, Verb.CLOSE)
UNTIL_FURTHER_NOTICE = "0"
LENGTHS = [
    ("1", _("one day")),
    ("3", _("three days")),
    ("7", _("a week")),
    ("14", _("two weeks")),
    ("30", _("30 days")),
    ("90", _("90 days")),
    (UNTIL_FURTHER_NOTICE, _("until a moderator opens it again")),
]


class DecisionForm(forms.Form):
    """Why a moderator decides so: a ready sentence, their own words, or both. It remembers what they had seen."""

    suggestion = forms.ChoiceField(
        label=_("Why"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Choose a sentence, write your own below, or both."),
    )
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen_decision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_report = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, verb: Decision.Verb, key: str, seen: Seen | None = None) -> None:
        initial = {"seen_decision": seen.decision, "seen_report": seen.report} if seen else {}
        super().__init__(data, auto_id=f"{verb.value}-{key}-%s", initial=initial, label_suffix="")
        self.verb = verb
        self.reasons = wording.words_for(verb).reasons
        self.fields["suggestion"].choices = [*self.reasons, ANOTHER]  # type: ignore[attr-defined]
        self.fields["note"].help_text = READ_BY_MODERATORS if verb == Verb.DISMISS else READ_BY_AUTHOR

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, note = cleaned.get("suggestion"), cleaned.get("note")
        if chosen == OTHER and not note:
            self.add_error("note", _("Say in a few words why."))
        elif not (chosen or note or self.errors):
            self.add_error("suggestion", _("Choose a reason, or give one in your own words."))
        return cleaned

    @property
    def label(self) -> Any:
        """On its button."""
        return LABELS[self.verb]

    @property
    def is_dangerous(self) -> bool:
        return self.verb in DANGEROUS

    @property
    def reason(self) -> str:
        """The reason as people read it."""
        chosen, note = self.cleaned_data["suggestion"], self.cleaned_data["note"]
        sentence = "" if chosen in ("", OTHER) else str(dict(self.reasons)[chosen])
        return f"{sentence} {note}".strip()

    @property
    def seen(self) -> Seen:
        return Seen(self.cleaned_data["seen_decision"], self.cleaned_data["seen_report"])

    @property
    def more(self) -> dict[str, Any]:
        """What the action wants to know besides."""
        return {}


class EditDecisionForm(DecisionForm):
    text = forms.CharField(
        label=_("What it says from now on"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Take out what is wrong and leave the rest. What it said before, only moderators can read."),
    )
    field_order = ["text", "suggestion", "note"]

    @property
    def more(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class SuspendForm(DecisionForm):
    length = forms.ChoiceField(label=_("For how long"), choices=LENGTHS, initial="7")
    field_order = ["length", "suggestion", "note"]

    @property
    def more(self) -> dict[str, Any]:
        days = self.cleaned_data["length"]
        forever = days == UNTIL_FURTHER_NOTICE
        return {"until": None if forever else timezone.now() + dt.timedelta(days=int(days))}


class ExpelForm(DecisionForm):
    KEEP, ANONYMISE = "keep", "anonymise"

    words = forms.ChoiceField(
        label=_("What they wrote"),
        choices=[(KEEP, _("stays with their name")), (ANONYMISE, _("stays without their name; this cannot be undone"))],
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    field_order = ["words", "suggestion", "note"]

    @property
    def more(self) -> dict[str, Any]:
        return {"anonymise": self.cleaned_data["words"] == self.ANONYMISE}


class TrustForm(DecisionForm):
    AS_THEY_TAKE_PART = ""

    level = forms.TypedChoiceField(
        label=_("From now on"),
        choices=[(AS_THEY_TAKE_PART, _("as it follows from taking part")), *Trust.choices],
        coerce=lambda value: Trust(int(value)),
        empty_value=None,
        required=False,
    )
    field_order = ["level", "suggestion", "note"]

    @property
    def more(self) -> dict[str, Any]:
        return {"level": self.cleaned_data["level"]}


FORMS: dict[str, type[DecisionForm]] = {
    Verb.EDIT: EditDecisionForm,
    Verb.SUSPEND: SuspendForm,
    Verb.EXPEL: ExpelForm,
    Verb.TRUST: TrustForm,
}


def decision_form(
    verb: Decision.Verb, key: str, data: Any = None, *, seen: Seen | None = None, text: str = ""
) -> DecisionForm:
    """The form for a decision of this kind. `text`: what there is to change."""
    form = FORMS.get(verb, DecisionForm)(data, verb=verb, key=key, seen=seen)
    form.initial["text"] = text
    return form
