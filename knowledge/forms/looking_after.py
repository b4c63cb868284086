"""What readers say of a resource, and what those who look after it write."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from knowledge.forms.suggestions import CleanField, LineField
from knowledge.models import Feedback, ResourcePage
from moderation.forms import ScreenedForm
from web.addresses import parts_of

_NUMBER = re.compile(r"/?r/(\d{1,9})/?\Z|(\d{1,9})\Z")


class WhyNotForm(ScreenedForm):
    """Why something was not helpful."""

    reason = forms.ChoiceField(
        label=_("What was the matter?"),
        choices=Feedback.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    text = CleanField(
        label=_("What would help?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only those who look after the library read this. Please write nothing about a child or a family."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ReplacementField(LineField):
    """A resource in the library, by its address or its number."""

    def clean(self, value: Any) -> Any:
        """The resource, or None. ValidationError for what leads to none."""
        text = super().clean(value)
        if not text:
            return None
        path = parts_of(text).path
        found = _NUMBER.match(path)
        pages = ResourcePage.objects.live()
        if found:
            page = pages.filter(pk=int(found[1] or found[2])).first()
        else:
            page = pages.filter(url_path__endswith=f"/{path.strip('/')}/").first()
        if page is None:
            raise ValidationError(_("There is no such resource in the library. Copy its address from your browser."))
        return page


class WithdrawForm(forms.Form):
    reason = CleanField(
        label=_("Why is it withdrawn?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who comes to its address reads this: “It is out of date”, “The law has changed”."),
        error_messages={"required": _("Give a reason: people have cited it and come back to it.")},
    )
    replaced_by = ReplacementField(
        label=_("What replaces it?"),
        required=False,
        max_length=500,
        help_text=_("The address of another resource in this library. Leave it empty if nothing does."),
    )

    def __init__(self, *args: Any, page: ResourcePage, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.page = page

    def clean_replaced_by(self) -> ResourcePage | None:
        page = self.cleaned_data["replaced_by"]
        if page is not None and page.pk == self.page.pk:
            raise ValidationError(_("A resource cannot replace itself."))
        return page
