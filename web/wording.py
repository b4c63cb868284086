"""What forms say of a field that was left empty: what to do, in the words of the site, in every form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def speak_plainly() -> None:
    """Instead of Django's "This field is required". A field that says it better in its own form keeps its words."""
    forms.Field.default_error_messages["required"] = _("Please fill this in.")
    for choice in (forms.ChoiceField, forms.ModelChoiceField):
        choice.default_error_messages["required"] = _("Please choose one.")
    for several in (forms.MultipleChoiceField, forms.ModelMultipleChoiceField):
        several.default_error_messages["required"] = _("Please choose at least one.")
    forms.BooleanField.default_error_messages = {"required": _("Please tick this to go on.")}
    forms.FileField.default_error_messages["required"] = _("Please choose a file.")
