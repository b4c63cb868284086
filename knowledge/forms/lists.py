"""What members type about their lists. Words that others will read are looked through first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models import ReadingList
from knowledge.models.reading_list import MOST_LISTS
from moderation.forms import ScreenedForm

if TYPE_CHECKING:
    from accounts.models import User

Visibility = ReadingList.Visibility
NEW = "new"
MOST_COLLECTIONS = 200
FOR_MEMBERS = [
    (Visibility.PRIVATE, _("Only I")),
    (Visibility.LINK, _("Whoever has the link, signed in or not")),
    (Visibility.PUBLIC, _("Everybody: it stands under “Collections”, with your name")),
]
FOR_EDITORS = [
    (Visibility.PRIVATE, _("Only editors, until it is ready")),
    (Visibility.PUBLIC, _("Everybody: it stands under “Collections”")),
]


class WordsForm(ScreenedForm):
    """Looked through only where others will read it."""

    def is_read_by_others(self) -> bool:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        if self.is_read_by_others():
            return super().clean()
        self.fields.pop("why", None)
        self.cleaned_data.pop("why", None)
        return self.cleaned_data


class ListForm(WordsForm):
    """A list's title, what it is for, and who may see it. `kept` is the list as it was."""

    screened = ("title", "note", "notes")

    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give the list a title.")})
    note = forms.CharField(
        label=_("What it is for"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        widget=forms.RadioSelect,
        initial=Visibility.PRIVATE,
        error_messages={"required": _("Choose who may see it.")},
    )
    field_order = ["title", "note", "why", "visibility"]

    def __init__(
        self, data: Any = None, *, kept: ReadingList | None = None, is_collection: bool = False, **kwargs: Any
    ) -> None:
        initial, known = {}, ""
        if kept:
            initial = {"title": kept.title, "note": kept.note, "visibility": kept.visibility}
            known = "" if kept.is_private else "\n".join([kept.title, kept.note, *self._notes(kept)])
        super().__init__(data, initial=initial, known=known, label_suffix="", **kwargs)
        self.kept = kept
        self.fields["visibility"].choices = FOR_EDITORS if is_collection else FOR_MEMBERS  # type: ignore[attr-defined]

    @staticmethod
    def _notes(kept: ReadingList) -> list[str]:
        return list(kept.items.exclude(note="").values_list("note", flat=True))

    def is_read_by_others(self) -> bool:
        return self.cleaned_data.get("visibility") in (Visibility.LINK, Visibility.PUBLIC)

    def clean(self) -> dict[str, Any]:
        # What was written for oneself is looked through when others are to read it.
        if self.kept and self.is_read_by_others():
            self.cleaned_data["notes"] = "\n".join(self._notes(self.kept))
        cleaned = super().clean()
        cleaned.pop("notes", None)
        return cleaned


class SaveForm(WordsForm):
    """Into which list a resource goes, and with what note."""

    screened = ("note",)

    list = forms.ChoiceField(label=_("Which list?"), required=False)
    title = forms.CharField(
        label=_("Name of the new list"),
        max_length=120,
        required=False,
        help_text=_("Only you see a new list, until you share it."),
    )
    note = forms.CharField(
        label=_("Your note"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why you keep it, or what to look for in it. Whoever sees the list sees your note."),
    )
    field_order = ["list", "title", "note", "why"]

    def __init__(self, data: Any = None, *, keeper: User, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        rows = ReadingList.objects.kept_by(keeper).order_by("-changed_at", "-pk")[: MOST_LISTS + MOST_COLLECTIONS]
        self.lists = {str(row.pk): row for row in rows}
        names = [(pk, self._name(row)) for pk, row in self.lists.items()]
        if names:
            self.fields["list"].choices = [*names, (NEW, _("A new list"))]  # type: ignore[attr-defined]
            self.fields["title"].help_text = _("Only if you chose “A new list”. Only you see it, until you share it.")
        else:
            del self.fields["list"]
            self.fields["title"].required = True
        self.fields["title"].error_messages["required"] = _("Give the list a name.")

    @staticmethod
    def _name(row: ReadingList) -> str:
        return f"{row.title} ({_('collection')})" if row.is_collection else row.title

    @property
    def chosen(self) -> ReadingList | None:
        """None for a new list."""
        return self.lists.get(self.cleaned_data.get("list", ""))

    def is_read_by_others(self) -> bool:
        return self.chosen is not None and not self.chosen.is_private

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wants_new = "list" in self.fields and "list" not in self.errors and self.chosen is None
        if wants_new and not cleaned.get("title"):
            self.add_error("title", _("Give the new list a name, or choose one of your lists."))
        return cleaned


class NoteForm(WordsForm):
    """The note beside one resource of a list."""

    screened = ("note",)

    note = forms.CharField(
        label=_("Your note"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, is_private: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.is_private = is_private

    def is_read_by_others(self) -> bool:
        return not self.is_private
