from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Trust, User
from moderation import actions, watching, wording
from moderation.actions import Hold, Seen
from moderation.models import Decision, Report, Rules, Wording
from moderation.screening import Finding, screen

Verb = Decision.Verb
OTHER = "other"
NOTE_LENGTH = 800
MOST_SHOWN = 6

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


class ScreenedForm(forms.Form):
    """A form whose texts are looked through before they appear. What is found is named, and may stay for a reason.

    `hold` is then what `moderation.actions.hold` wants to know of it; what the moderators' own rules catch is held
    without a question. Of an edit, `known` is the text as it was: what stood there before has been looked at.
    """

    screened: ClassVar[tuple[str, ...]] = ("text",)
    # Whether it makes something new that others read: then how often and how fast somebody posts counts too.
    is_post: ClassVar[bool] = False

    why = forms.CharField(
        label=_("Why it has to stay"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Leave this empty if you take it out. Only moderators read it."),
    )

    def __init__(self, *args: Any, known: str = "", writer: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.writer = known, writer
        self.hold: Hold | None = None
        if not self.is_bound:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        texts = [*(cleaned.get(name) or "" for name in self.screened), *self.other_texts()]
        cautions = watching.cautions("\n".join(texts), known=self.known, writer=self.writer)
        if self.is_post and self.writer is not None:
            cautions += watching.hurries("\n".join(texts), self.writer)
        found = [finding for text in texts for finding in screen(text) if finding.text not in self.known]
        why = cleaned.pop("why", "")
        if not found:
            del self.fields["why"]
            self.hold = Hold("", cautions) if cautions else None
        elif why:
            self.hold = Hold(why, (*dict.fromkeys(finding.kind for finding in found), *cautions))
        else:
            raise ValidationError(
                _(
                    "Look at this again before others read it: %(found)s. It may tell who a child or a family is. "
                    "Take it out, or say below why it has to stay: then a moderator looks at it first."
                ),
                code="screened",
                params={"found": listed(found)},
            )
        return cleaned

    def other_texts(self) -> list[str]:
        """What goes with it and is read by the same people."""
        return []


def listed(found: list[Finding]) -> str:
    """Each once, as it was typed, with what it looks like."""
    shown = {finding.text: f"“{finding.text}” ({finding.kind.label})" for finding in found[:MOST_SHOWN]}
    return ", ".join(shown.values())


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why is the decision wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a sentence why it is wrong.")},
        help_text=_("Somebody who did not decide about it before reads this, and looks at what you wrote again."),
    )


class HearingForm(forms.Form):
    """`verdict` is the button that was pressed."""

    SHOW, KEEP = "show", "keep"

    verdict = forms.ChoiceField(
        label=_("What you decide"), choices=[(SHOW, _("Take the decision back")), (KEEP, _("Let it stand"))]
    )
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Give both sides a reason.")},
        help_text=_("The person whom it concerns and the moderator who decided read this, without your name."),
    )


class ReportForm(forms.ModelForm):
    class Meta:
        model = Report
        fields = ["reason", "details"]
        widgets = {"reason": forms.RadioSelect, "details": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "reason": _(
                "If it may identify a child or a family, we hide it at once, until a moderator has looked. What is "
                "about somebody who works or volunteers with children goes to the safeguarding lead alone."
            ),
            "details": _("Only moderators will read this. Please do not repeat names or details of a family here."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        by_people = [choice for choice in Report.Reason.choices if choice[0] not in Report.BY_ITSELF]
        self.fields["reason"].choices = by_people  # type: ignore[attr-defined]
        self.fields["reason"].error_messages["required"] = _("Choose what is wrong with it.")


class MemberReportForm(ReportForm):
    """For members, who can also say about whom an allegation is."""

    about = forms.CharField(
        label=_("If it is about somebody who works with children: who?"),
        required=False,
        max_length=70,
        help_text=_(
            "Their name after @, such as @ann-lee, if they are a member and did not write this. They will not see it, "
            "also when they are a moderator or the safeguarding lead."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        handle = cleaned.pop("about", "").strip().lstrip("@").lower()
        cleaned["concerns"] = None
        if handle and cleaned.get("reason") == Report.Reason.STAFF:
            cleaned["concerns"] = User.objects.filter(handle=handle).first()
            if cleaned["concerns"] is None:
                self.add_error("about", _("We find nobody of that name. Leave it empty and say below who it is."))
        return cleaned


class OutsideReportForm(ReportForm):
    """For people without an account."""

    class Meta(ReportForm.Meta):
        fields = ["reason", "details", "sender"]
        labels = {"sender": _("Your e-mail address (you may leave it empty)")}
        help_texts = {
            "reason": _(
                "If it may identify a child or a family, we hide it as soon as you have confirmed your address, until "
                "a moderator has looked. Without an address it waits for a moderator."
            ),
            "details": ReportForm.Meta.help_texts["details"],
            "sender": _("We write twice: to ask whether it was you, and to say what we decided. Then we forget it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"].widget.attrs["autocomplete"] = "email"


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
