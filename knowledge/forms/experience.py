from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.models import LivedExperience

MISSING = {
    "aim": _("Say what they were asked to help with."),
    "method": _("Say how they took part."),
    "result": _("Say what changed because of it."),
}


class ExperienceForm(forms.ModelForm):
    """What an editor writes down; the contributor is named by the handle on their profile."""

    handle = forms.CharField(
        label=_("Contributor’s handle"),
        max_length=40,
        required=False,
        help_text=_("For example @amina, as on their profile. They are asked to approve the text before it is shown."),
    )
    field_order = ["aim", "method", "result", "handle", "approval_note", "name_shown"]

    class Meta:
        model = LivedExperience
        fields = ["aim", "method", "result", "approval_note", "name_shown"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("aim", "method", "result")}

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editor = editor
        for name, words in MISSING.items():
            self.fields[name].error_messages["required"] = words
        if self.instance.contributor:
            # Who was asked keeps the words, and the name that they chose: no editor takes either from them.
            for name in ("handle", "approval_note", "name_shown"):
                del self.fields[name]

    def clean_handle(self) -> User | None:
        handle = self.cleaned_data["handle"].strip().removeprefix("@").lower()
        if not handle:
            return None
        person = User.objects.visible_to(self.editor).filter(handle=handle).first()
        if person is None:
            raise forms.ValidationError(_("There is no member with this handle. It stands on their profile."))
        return person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "handle" not in self.fields:
            return cleaned
        if not cleaned.get("handle") and not cleaned.get("approval_note") and "handle" not in self.errors:
            self.add_error(
                "approval_note", _("Name the contributor, or say how somebody without an account here approved it.")
            )
        self.instance.contributor = cleaned.get("handle")
        return cleaned


class ApprovalForm(forms.Form):
    name_shown = forms.CharField(
        label=_("Name to show"),
        max_length=120,
        required=False,
        help_text=_("Your name, your group’s, or another. Leave it empty, and no name is shown."),
    )


class WishForm(forms.Form):
    text = forms.CharField(
        label=_("What should it say?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In your own words, or only what is wrong. Those who look after the library read it, nobody else."),
        error_messages={"required": _("Say in a sentence what should be different.")},
    )
