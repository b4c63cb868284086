"""Fields that the forum's forms share."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from forum.models import Space
from markup.characters import clean_characters
from markup.markdown import MAX_SOURCE
from markup.text import plain_text

LONGEST_ID = 18
HINT = _(
    "You can use **bold**, lists that start with a dash, and links. To call somebody, write @ and the name on their "
    "profile, like @asha-patel."
)


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in ("Cf", "Cn", "Co")


class CleanField(forms.CharField):
    """Text without controls and overrides of direction: taken out, not complained about."""

    def to_python(self, value: Any) -> str:
        return clean_characters(super().to_python(value) or "")


class TitleField(CleanField):
    """One line with at least one letter or digit."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not any(character.isalnum() for character in value):
            raise ValidationError(_("Write a few words, so that others know what it is about."), code="empty")


class MemberTextField(CleanField):
    """Markdown as typed, with something in it to read."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", HINT)
        super().__init__(strip=False, max_length=MAX_SOURCE, **options)
        # The browser would cut a pasted text silently; the form says how long it is instead.
        self.widget.attrs.pop("maxlength", None)
        self.widget.attrs.setdefault("rows", 8)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).strip("\n")

    def validate(self, value: str) -> None:
        if len(value) > MAX_SOURCE:
            return
        # Nearly every text shows something at its beginning, which is quickly read.
        if not any(map(_is_visible, plain_text(value, 50))) and not any(map(_is_visible, plain_text(value))):
            raise ValidationError(self.error_messages["required"], code="required")


class SpacesByReaders(ModelChoiceIterator):
    """The spaces beneath who can read them: a phone would cut off words that stand after each name."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        groups: dict[str, list[Any]] = {}
        for space in self.queryset:
            groups.setdefault(space.visibility, []).append(self.choice(space))
        for value, label in Space.Visibility.choices:
            if value in groups:
                yield (label, groups[value])


class SpaceField(forms.ModelChoiceField):
    iterator = SpacesByReaders

    def to_python(self, value: Any) -> Any:
        return super().to_python(clean_characters(value) if isinstance(value, str) else value)

    def label_from_instance(self, space: Space) -> str:
        return space.name


class SeveralField(forms.ModelMultipleChoiceField):
    """Rows by their numbers. One longer than the database can hold is a wrong choice, as any other unknown one."""

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if len(str(number)) > LONGEST_ID:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": number})
        return super().clean(value)
