from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications import actions, digests, kinds
from notifications.models import Channel, DigestChoice


class PreferencesForm(forms.Form):
    """A box for each kind of message and each channel."""

    digest = forms.ChoiceField(
        label=_("A summary by e-mail"),
        choices=DigestChoice.Frequency.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "What is new where you follow, questions of your sector that wait for an answer, webinars and resources; "
            "in the morning, and only if there is something."
        ),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.kinds = kinds.for_person(person)
        self.fields["digest"].initial = digests.choice_of(person)
        chosen = actions.choices_of([person.pk], self.kinds)
        for kind in self.kinds:
            for channel in Channel:
                self.fields[_name(kind.key, channel)] = forms.BooleanField(
                    label=f"{kind.label}: {channel.label}",
                    required=False,
                    initial=chosen[person.pk, kind.key, channel.value],
                )

    def rows(self) -> list[dict[str, Any]]:
        """The table: one row for each kind, one box for each channel."""
        return [{"kind": kind, "boxes": [self[_name(kind.key, channel)] for channel in Channel]} for kind in self.kinds]

    def save(self) -> None:
        choices = {
            (kind.key, channel.value): self.cleaned_data[_name(kind.key, channel)]
            for kind in self.kinds
            for channel in Channel
        }
        actions.choose(person=self.person, choices=choices)
        if frequency := self.cleaned_data["digest"]:
            digests.choose(person=self.person, frequency=frequency)


def _name(kind: str, channel: str) -> str:
    return f"{kind}-{channel}"
