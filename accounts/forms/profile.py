"""What a member fills in about themselves."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import holding
from accounts.forms.people import PersonFields, visible_line
from accounts.models import User
from web import zones


class ProfileForm(PersonFields):
    """What a member says about themselves."""

    job_title = forms.CharField(label=_("Job or task"), max_length=80, required=False)
    about_source = forms.CharField(
        label=_("About you"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What you do, what you know about, what you would like to learn. Leave out private things."),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
        help_text=_("A JPEG, PNG, GIF or WebP file. We cut it square and take out where it was taken."),
    )
    remove_photo = forms.BooleanField(label=_("Remove my photo"), required=False)
    is_listed = forms.BooleanField(
        label=_("Members may find me in search"),
        required=False,
        help_text=_("Your profile is never shown to people outside."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones.choices, help_text=_("Times are shown as your clock shows them.")
    )
    why = forms.CharField(
        label=_("Why it has to stay"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Leave this empty if you take it out. Only moderators read it."),
    )

    field_order = [
        "display_name",
        "role",
        "job_title",
        "sector",
        "organisation",
        "place",
        "about_source",
        "photo",
        "remove_photo",
        "is_listed",
        "time_zone",
    ]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not person.photo_id:
            del self.fields["remove_photo"]

        self.person = person
        self.why_it_waits: list[tuple[holding.Rule, Any]] = []
        if not self.is_bound:
            del self.fields["why"]

    def clean_job_title(self) -> str:
        job = visible_line(unicodedata.normalize("NFKC", self.cleaned_data["job_title"]))[:80]
        if "moderator" in job.casefold() and not self.person.is_moderator:
            raise ValidationError(_("Please give your own job: others would take you for a moderator of this site."))
        return job

    def may_be_called(self, name: str) -> bool:
        return self.person.is_moderator or name == self.person.display_name or super().may_be_called(name)

    def clean(self) -> dict[str, Any]:
        """The rules for posts hold for what one says about oneself; rooms above register them.

        `why_it_waits` is then what `holding.hold_change` wants to know.
        """
        cleaned = super().clean() or self.cleaned_data
        known = "\n".join(getattr(self.person, name) for name in holding.TEXTS)
        looks = [(rule, rule.look(cleaned, known, self.person)) for rule in holding.rules]
        self.why_it_waits = [(rule, why) for rule, why in looks if why is not None]
        cleaned.pop("why", None)
        del self.fields["why"]
        return cleaned

    @staticmethod
    def answers_of(person: User) -> dict[str, Any]:
        """The form's `initial` for this person."""
        names = ("display_name", "role", "job_title", "sector", "place", "about_source", "is_listed", "time_zone")
        organisation = person.organisation.name if person.organisation else ""
        waiting = person.profile_changes.waiting().values(*holding.TEXTS).first() or {}
        return {**{name: getattr(person, name) for name in names}, "organisation": organisation, **waiting}
