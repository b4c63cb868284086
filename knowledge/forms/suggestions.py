"""What people type who suggest a resource, and what moderators answer."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from files.checks import clean_document
from knowledge.identifiers import bare_doi
from knowledge.models import Suggestion
from knowledge.models.kinds import Kind
from markup.characters import clean_characters
from moderation.forms import ScreenedForm

LONGEST_WHAT = 500


class CleanField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return clean_characters(super().to_python(value) or "")


class LineField(CleanField):
    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class WhatForm(forms.Form):
    """The first question: whatever names the resource. `initial_fields` is what the next form then knows."""

    what = LineField(
        label=_("Its DOI, its address on the web, or its title"),
        max_length=LONGEST_WHAT,
        help_text=_("We look first whether it is in the library already."),
        error_messages={"required": _("Tell us what it is: a DOI, an address or a title.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def initial_fields(self) -> dict[str, str]:
        what = self.cleaned_data["what"]
        doi = bare_doi(unquote(what))
        if doi:
            return {"doi": doi}
        if "://" in what or what.lower().startswith("www."):
            return {"address": what if "://" in what else f"https://{what}"}
        return {"title": what[:255]}


class SuggestionForm(ScreenedForm):
    screened: ClassVar[tuple[str, ...]] = ("title", "authors", "summary", "reason")

    title = LineField(
        label=_("Title"),
        max_length=255,
        required=False,
        help_text=_("In a hurry? A DOI, an address or a file is enough."),
    )
    reason = CleanField(
        label=_("Why should others know it?"),
        max_length=1000,
        widget=_lines(3),
        help_text=_("Who could use it, and for what? Never write about a child or a family."),
        error_messages={"required": _("Say in a sentence why it belongs into the library.")},
    )
    doi = LineField(label="DOI", max_length=200, required=False, help_text=_("If it has one. It begins with 10."))
    address = forms.URLField(
        label=_("Address on the web"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("This is no address. It looks like https://www.example.org/report.")},
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("A PDF, Word, PowerPoint or text document up to 20 MB that you may pass on."),
    )
    kind = forms.ChoiceField(
        label=_("What kind of resource is it?"), choices=[("", _("I do not know")), *Kind.choices], required=False
    )
    authors = LineField(label=_("Authors"), max_length=300, required=False)
    publisher = LineField(label=_("Publisher or organisation"), max_length=150, required=False)
    year = forms.IntegerField(
        label=_("Year"), required=False, validators=[MinValueValidator(1800), MaxValueValidator(2200)]
    )
    summary = CleanField(label=_("What does it say?"), max_length=600, required=False, widget=_lines(4))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        """What has no title yet is called by its DOI or its address until somebody, or a look-up, knows better."""
        data = super().clean()
        if not data.get("title"):
            data["title"] = data.get("doi") or data.get("address", "")[:255]
        if not data["title"] and data.get("file"):
            data["title"] = _("A document without a title yet")
        if not data["title"] and not self.errors.keys() & {"title", "doi", "address", "file"}:
            self.add_error("title", _("Give its title, or else its DOI, its address or a file."))
        return data

    def clean_doi(self) -> str:
        text = self.cleaned_data["doi"]
        doi = bare_doi(unquote(text))
        if text and not doi:
            raise ValidationError(_("This is no DOI. It looks like 10.1000/182."))
        return doi

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        return clean_document(upload) if upload else None


class ChangeForm(SuggestionForm):
    """New words for one's own suggestion, and an answer where something was asked."""

    screened = (*SuggestionForm.screened, "answer")

    answer = CleanField(label=_("Your answer"), max_length=1000, required=False, widget=_lines(3))
    field_order = ["answer"]

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        known = "\n".join(str(getattr(suggestion, name)) for name in SuggestionForm.screened)
        super().__init__(*args, known=known, **kwargs)
        if suggestion.state == Suggestion.State.CHANGES:
            self.fields["answer"].required = True
            self.fields["answer"].error_messages["required"] = _("Answer in a sentence.")


class WordForm(forms.Form):
    """One text by a moderator; `required` says what is missing where there is none."""

    text = CleanField(max_length=2000, widget=_lines(3))

    def __init__(self, *args: Any, label: Any, hint: Any = "", required: Any = "", name: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": f"{name}-%s", **kwargs})
        field = self.fields["text"]
        field.label, field.help_text, field.required = label, hint, bool(required)
        if required:
            field.error_messages["required"] = required


class AcceptForm(WordForm):
    kind = forms.ChoiceField(
        label=_("What kind of resource is it?"),
        choices=[("", _("Choose its kind")), *Kind.choices],
        error_messages={"required": _("Choose its kind: it decides what its page asks for.")},
    )
    field_order = ["kind", "text"]
