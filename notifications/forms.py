from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from notifications import actions, kinds
from notifications.models import Channel


class PreferencesForm(forms.Form):
    """A box for each kind of message and each channel."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.kinds = kinds.for_person(person)
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


def _name(kind: str, channel: str) -> str:
    return f"{kind}-{channel}"
