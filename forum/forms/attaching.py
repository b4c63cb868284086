"""Photos and files in the forms in which people write. All works without JavaScript: what was uploaded is kept, and
shown again with its questions, whatever becomes of the form."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from files.actions import UploadRefused
from forum.actions import Changes, add_upload, discard_upload
from forum.forms.fields import CleanField
from forum.models import Attachment, Post
from moderation.forms import ScreenedForm
from moderation.watching import allowed
from web.limits import allow

UPLOADS_SECONDS = 3600
# A field that stands in a form with photos and files.
MARK = "attached"
# The other kinds keep the name of whoever made them, in places that no reader of files has all of.
WITHOUT_AUTHOR = frozenset({"csv", "txt"})


NEW_PHOTO = gettext_lazy(
    "Photo %(n)s is here. Now say in a sentence what it shows, and whether anybody in it can be recognised. Then post."
)


class _RowForm(forms.Form):
    """What is asked about one photo or file. `row` has what was answered before."""

    row: Attachment
    # It has just come, and nobody has been asked about it: that is no mistake of theirs.
    is_new = False
    remove = forms.BooleanField(label=gettext_lazy("Take it out"), required=False)

    @property
    def is_removed(self) -> bool:
        return self.is_bound and bool(self.data.get(self.add_prefix("remove")))

    @property
    def is_well(self) -> bool:
        return not self.is_new and (self.is_removed or not self.is_bound or self.is_valid())


class PhotoForm(_RowForm):
    text = CleanField(
        label=gettext_lazy("What does the photo show?"),
        max_length=300,
        help_text=gettext_lazy("In a sentence, for people who cannot see it. No names."),
        error_messages={"required": gettext_lazy("Say in a sentence what the photo shows.")},
    )
    people = forms.ChoiceField(
        label=gettext_lazy("Can anybody in it be recognised?"),
        choices=Attachment.People.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Think of faces, name badges, uniforms, house numbers and cars."),
        error_messages={"required": gettext_lazy("Say whether anybody in it can be recognised.")},
    )
    field_order = ["text", "people", "remove"]

    def clean_people(self) -> str:
        if self.cleaned_data["people"] == Attachment.People.NOT_ASKED:
            raise ValidationError(
                _(
                    "Please leave this photo out for now. Ask everybody in it first, for a child a parent or carer, or "
                    "choose one on which nobody can be recognised."
                )
            )
        return self.cleaned_data["people"]


class FileForm(_RowForm):
    text = CleanField(
        label=gettext_lazy("What is the file called?"),
        max_length=160,
        help_text=gettext_lazy("Others read this name. Files often say inside who made them."),
        error_messages={"required": gettext_lazy("Give the file a name.")},
    )
    field_order = ["text", "remove"]


class Attaching:
    """The photos and files of one form: what hangs on the post already, what waits with the form, what comes with it.

    `data` and `files` are those of a POST; new files are taken in at once, and what is typed about them is kept.
    """

    def __init__(
        self,
        person: User,
        token: UUID | None,
        *,
        post: Post | None = None,
        data: Any = None,
        files: Iterable[UploadedFile] = (),
    ) -> None:
        self.person, self.token, self.data = person, token, data
        self.is_nameless = bool(post and post.is_nameless)
        self.refused: list[str] = []
        hanging = list(_with_files(post.attachments.filter(removed_at=None))) if post and post.attachment_count else []
        self.hanging = {row.pk for row in hanging}
        # Nearly all replies come without any, and are not to cost a query for that.
        may_wait = token is not None and (data is None or MARK in data)
        waiting = list(_with_files(Attachment.objects.waiting(person, token))) if may_wait else []
        self.rows = [*hanging, *self._kept(waiting)]
        for upload in files:
            self._take(upload)
        self.forms = [self._form(row) for row in self.rows]
        self._keep_typed()

    def __iter__(self) -> Iterator[_RowForm]:
        return iter(self.forms)

    def __bool__(self) -> bool:
        return bool(self.rows or self.refused)

    def _kept(self, waiting: list[Attachment]) -> Iterator[Attachment]:
        for row in waiting:
            if self.data is not None and self.data.get(f"file{row.pk}-remove"):
                discard_upload(attachment=row, person=self.person)
            else:
                yield row

    def _take(self, upload: UploadedFile) -> None:
        try:
            may = allowed(self.person)
            if len(self.rows) >= may.files:
                raise UploadRefused(_("You can add %(n)s photos and files to a post at most.") % {"n": may.files})
            if not allow("upload", f"account:{self.person.pk}", limit=may.uploads, seconds=UPLOADS_SECONDS):
                raise UploadRefused(_("You have added very many files in a short time. Try again in an hour."))
            row = add_upload(person=self.person, token=self.token, upload=upload)
        except UploadRefused as refused:
            self.refused.append(f"“{(upload.name or '')[:80]}”: {' '.join(refused.messages)}")
            return
        # A form sent twice brings the same files twice.
        if row.post_id is None and row.pk not in {known.pk for known in self.rows}:
            self.rows.append(row)

    def _form(self, row: Attachment) -> _RowForm:
        prefix = f"file{row.pk}"
        text = "" if row.waits_for == Attachment.Wait.ANSWERS else row.text
        was_asked = self.data is not None and f"{prefix}-text" in self.data
        initial = {"text": text, "people": row.people}
        data = self.data if was_asked else None
        form = (PhotoForm if row.is_photo else FileForm)(data, prefix=prefix, initial=initial)
        form.row = row
        form.is_new = row.is_photo and self.data is not None and not was_asked and not (text and row.people)
        return form

    def _keep_typed(self) -> None:
        """Of what waits: whatever becomes of the form, its answers need not be given again."""
        for form in self.forms:
            if form.is_bound and form.row.pk not in self.hanging:
                form.is_valid()
                before = (form.row.text, form.row.people)
                form.row.text = form.cleaned_data.get("text", form.row.text)
                form.row.people = form.cleaned_data.get("people", form.row.people)
                if (form.row.text, form.row.people) != before:
                    form.row.save(update_fields=["text", "people"])

    def faults(self) -> list[str]:
        """What has to be put right, for the top of the page; each also stands beside its field."""
        faults = list(self.refused)
        for number, form in enumerate(self.forms, start=1):
            if not form.is_well:
                kind = _("Photo") if form.row.is_photo else _("File")
                said = " ".join(str(error) for errors in form.errors.values() for error in errors)
                faults.append(str(NEW_PHOTO) % {"n": number} if form.is_new else f"{kind} {number}: {said}")
        return faults

    def telling_who(self) -> list[str]:
        """What is added and could say who wrote a post without a name, by what each is called."""
        return [
            form.row.text
            for form in self.forms
            if form.row.pk not in self.hanging and not form.is_removed and _has_author(form.row)
        ]

    def texts(self) -> list[str]:
        """What others will read about them, as far as it has not been looked at before."""
        return [
            form.cleaned_data["text"]
            for form in self.forms
            if form.is_bound and form.is_well and not form.is_removed and self._is_new(form)
        ] + [form.row.text for form in self.forms if not form.is_bound and form.row.pk not in self.hanging]

    def _is_new(self, form: _RowForm) -> bool:
        return form.row.pk not in self.hanging or form.cleaned_data["text"] != form.row.text

    @property
    def added(self) -> list[Attachment]:
        return [row for row in self.rows if row.pk not in self.hanging]

    def changes(self) -> Changes:
        """What an edit does to what hangs on its post."""
        removed, answered = [], []
        for form in self.forms:
            row = form.row
            if row.pk not in self.hanging or not form.is_bound:
                continue
            if form.is_removed:
                removed.append(row)
                continue
            said = (form.cleaned_data["text"], form.cleaned_data.get("people", row.people))
            if said != (row.text, row.people) or row.waits_for == Attachment.Wait.ANSWERS:
                row.text, row.people = said
                answered.append(row)
        return Changes(self.added, removed, answered)


def waiting_with(person: User, draft: dict[str, Any]) -> Attaching | None:
    """What waits with a draft that somebody kept."""
    try:
        attached = Attaching(person, uuid.UUID(str(draft["form_token"])))
    except (KeyError, TypeError, ValueError):
        return None
    return attached or None


def _has_author(row: Attachment) -> bool:
    return row.document is not None and row.document.file_extension.lower() not in WITHOUT_AUTHOR


def _with_files(rows: Any) -> Any:
    return rows.select_related("image", "document")


_TELLS_WHO = gettext_lazy(
    "“%(name)s” may say inside who made it, and you post without your name. Take it out; you can copy what it says "
    "into the text, or add a photo of it."
)

# It was allowed when the page was opened; or what they write to has moved to where it is not.
_CARRIES_A_NAME = gettext_lazy(
    "You wanted to post without your name, and posts carry a name here now. Nothing was posted. Post it again if "
    "others may read your name beneath it."
)


class AttachingForm(ScreenedForm):
    """A text with photos and files, `attached`, which are looked through with it."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, attached: Attaching | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.attached = attached
        if attached and self.is_bound and self.data.get("form_token") != str(attached.token):
            data = QueryDict(mutable=True)
            data.update(self.data)
            data["form_token"] = str(attached.token)
            self.data = data
        self.initial.setdefault("form_token", (attached and attached.token) or uuid.uuid4())

    @property
    def is_only_asking(self) -> bool:
        """Whether all that it wants are answers about photos that have just come: nobody made a mistake."""
        new = [form for form in self.attached or () if form.is_new]
        return bool(new) and list(self.errors) == [NON_FIELD_ERRORS] and len(self.non_field_errors()) == len(new)

    def other_texts(self) -> list[str]:
        return self.attached.texts() if self.attached else []

    def clean(self) -> dict[str, Any]:
        for fault in self.attached.faults() if self.attached else ():
            self.add_error(None, fault)
        cleaned = super().clean()
        if self.data.get("nameless") and "nameless" not in self.fields:
            self.add_error(None, _CARRIES_A_NAME)
        if self.attached and (cleaned.get("nameless") or self.attached.is_nameless):
            for name in self.attached.telling_who():
                self.add_error(None, _TELLS_WHO % {"name": name})
        return cleaned
