"""What an editor says about a file that is brought into the library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from knowledge.exchange.tables import COLUMNS, SEVERAL
from knowledge.models.kinds import Kind

MOST_BYTES = 20 * 1024 * 1024


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("BibTeX, RIS, CSL-JSON, CSV, Excel (.xlsx) or OAI-PMH (.xml), up to 20 MB."),
    )
    kind = forms.ChoiceField(label=_("Kind of resource, where a record names none"), choices=Kind.choices)
    publish = forms.BooleanField(
        label=_("Publish at once"),
        required=False,
        help_text=_(
            "Otherwise each record becomes a draft, for somebody to check and publish. Guidelines and legal updates"
            " always do."
        ),
    )
    with_duplicates = forms.BooleanField(
        label=_("Also take what may be here already"),
        required=False,
        help_text=_("Otherwise records with the same DOI, address or title are left out."),
    )

    def __init__(self, *args: Any, may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["publish"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB. Please cut it into smaller ones."))
        return file


class SourceForm(forms.Form):
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(["http", "https"])],
        help_text=_("Its base address for OAI-PMH, often ending in “/oai” or “/oai/request”."),
    )
    subset = forms.CharField(
        label=_("Set"),
        max_length=200,
        required=False,
        help_text=_("Only this part of it, by its short name. Leave it empty for everything."),
    )
    kind = forms.ChoiceField(label=_("Kind of resource, where a record names none"), choices=Kind.choices)
    is_daily = forms.BooleanField(label=_("Ask every day"), required=False, initial=True)


class MappingForm(forms.Form):
    """One choice for each heading of a table."""

    def __init__(self, *args: Any, headings: list[str], mapping: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings
        choices = [("", _("Leave out")), *COLUMNS.items()]
        for number, heading in enumerate(headings):
            self.fields[f"column{number}"] = forms.ChoiceField(
                label=heading or _("Column %(number)d") % {"number": number + 1},
                choices=choices,
                required=False,
                initial=mapping.get(heading, ""),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [value for value in cleaned.values() if value]
        twice = {COLUMNS[value] for value in chosen if chosen.count(value) > 1 and value != SEVERAL}
        if twice:
            names = ", ".join(sorted(map(str, twice)))
            raise forms.ValidationError(_("Two columns cannot both be: %(names)s.") % {"names": names})
        if "title" not in chosen:
            raise forms.ValidationError(_("Say which column holds the title."))
        return cleaned

    @property
    def mapping(self) -> dict[str, str]:
        pairs = [(heading, self.cleaned_data[f"column{number}"]) for number, heading in enumerate(self.headings)]
        return {heading: target for heading, target in pairs if target}
