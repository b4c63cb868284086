"""What Wagtail's admin asks and checks; loaded by the models, so it names none of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.panels import InlinePanel
from wagtail.admin.panels.base import get_form_for_model

from events import transcripts


class SessionForm(WagtailAdminModelForm):
    transcript_file = forms.FileField(
        label=_("Transcript file (.vtt)"),
        required=False,
        help_text=_("Takes the place of the text below."),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )

    def clean_transcript_file(self) -> str | None:
        """The file's text; None without a file."""
        upload = self.cleaned_data["transcript_file"]
        if not upload:
            return None
        if upload.size > transcripts.LONGEST:
            raise forms.ValidationError(_("This file is too long for a transcript."))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("We cannot read this file as text. Export it as .vtt again.")) from None
        transcripts.validate(text)
        return text

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        text = self.cleaned_data.get("transcript_file")
        if text:
            self.cleaned_data["transcript"] = text
        return cleaned


class SessionsPanel(InlinePanel):
    """Sessions on their page. Wagtail builds the forms of an InlinePanel from its own class; these need ours."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        deferred = self.child_edit_handler.get_form_options().get("defer_required_on_fields")
        formset["form"] = get_form_for_model(
            self.db_field.related_model, form_class=SessionForm, defer_required_on_fields=deferred
        )
        formset["fields"] = [name for name in formset["fields"] if name != "transcript_file"]
        return options


class WebinarPageForm(WagtailAdminPageForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        sessions = self.formsets.get("sessions")
        if sessions is not None and sessions.is_valid() and any(map(_has_people, sessions.deleted_forms)):
            self.add_error(
                None,
                _(
                    "People have registered for a session that you removed. Tick “cancelled” instead: they are told, "
                    "and the session stays on the page as cancelled."
                ),
            )
        return cleaned


def _has_people(form: WagtailAdminModelForm) -> bool:
    session = form.instance
    return bool(session.pk) and session.registrations.current().exists()
