"""What is wrong with something, as members and people without an account say it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models import Report


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
