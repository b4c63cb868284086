"""Asking for a decision to be looked at again, and answering."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


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
