"""What people type into the forum."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.models import Post, Space, Thread
from forum.permissions import spaces_kept_by
from markup.characters import clean_characters
from markup.markdown import MAX_SOURCE
from markup.text import plain_text
from moderation.forms import ScreenedForm
from vocabulary.models import Sector, Topic

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_TOPICS = 5
LONGEST_ID = 18
_THREAD = re.compile(r"(?:/thread/|^\s*)([0-9]{1,18})(?:/|\s*$)")
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


class ReplyForm(ScreenedForm):
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = MemberTextField(label=_("Your reply"), error_messages={"required": _("Write your reply.")})
    field_order = ["form_token", "text", "why"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.initial.setdefault("form_token", uuid.uuid4())


class EditForm(ScreenedForm):
    """An edit, and whether others may still read what stood there before."""

    for_moderators = forms.BooleanField(
        label=_("Only moderators may read what it said before"),
        required=False,
        help_text=_(
            "Tick this if you take out what told too much, such as a name. Others see only that it was edited."
        ),
    )


class PostForm(EditForm):
    """New words for a post of one's own."""

    text = MemberTextField(label=_("What you wrote"), error_messages={"required": _("Write something.")})


class OpeningForm(ScreenedForm):
    """What a thread is, apart from where it stands; also its author's form for changing it."""

    screened = ("title", "text")

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Thread.Kind.choices, widget=forms.RadioSelect, initial=Thread.Kind.QUESTION
    )
    title = TitleField(
        label=_("Title"),
        max_length=160,
        help_text=_("In one line, as you would say it to a colleague."),
        error_messages={"required": _("Give it a title.")},
    )
    text = MemberTextField(label=_("Tell us more"), error_messages={"required": _("Write a sentence or two.")})
    topics = SeveralField(
        Topic.objects.all(),
        label=_("What is it about?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most five."),
    )
    sectors = SeveralField(
        Sector.objects.all(), label=_("Whose work is it about?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments: Any, can_announce: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not can_announce:
            kinds = [choice for choice in Thread.Kind.choices if choice[0] != Thread.Kind.ANNOUNCEMENT]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean_topics(self) -> Any:
        topics = self.cleaned_data["topics"]
        if len(topics) > MOST_TOPICS:
            raise ValidationError(_("Choose at most five topics."))
        return topics


class OpeningEditForm(OpeningForm, EditForm):
    """New words for the first post of one's own thread."""


class ThreadForm(OpeningForm):
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    page = forms.IntegerField(widget=forms.HiddenInput, required=False)
    space = SpaceField(
        Space.objects.none(),
        label=_("Where?"),
        to_field_name="slug",
        empty_label=_("Choose a space"),
        error_messages={
            "required": _("Choose where to post it."),
            "invalid_choice": _("You cannot post in that space. Choose another one."),
        },
    )
    no_replies = forms.BooleanField(
        label=_("Nobody can reply to it"),
        required=False,
        help_text=_("For announcements. You can open it for replies later."),
    )
    field_order = ["form_token", "page", "kind", "space", "no_replies", "title", "text", "topics", "sectors", "why"]

    def __init__(self, *arguments: Any, person: User, **options: Any) -> None:
        self.kept = spaces_kept_by(person)
        can_announce = self.kept.exists()
        super().__init__(*arguments, can_announce=can_announce, **options)
        if not can_announce:
            del self.fields["no_replies"]
        self.fields["space"].queryset = Space.objects.writable_by(person)  # type: ignore[attr-defined]
        self.initial.setdefault("form_token", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_announced = cleaned.get("kind") == Thread.Kind.ANNOUNCEMENT
        space = cleaned.get("space")
        if is_announced and space is not None and not self.kept.filter(pk=space.pk).exists():
            self.add_error("kind", _("Only people who keep this space can announce something in it."))
        cleaned["no_replies"] = is_announced and cleaned.get("no_replies", False)
        return cleaned


class MoveForm(forms.Form):
    """Where a thread goes; who reads it then is said, and agreed to, where that changes."""

    space = SpaceField(
        Space.objects.none(),
        label=_("Where should it go?"),
        to_field_name="slug",
        empty_label=_("Choose a space"),
        error_messages={
            "required": _("Choose where it should go."),
            "invalid_choice": _("You cannot move it there. Choose another space."),
        },
    )

    def __init__(self, *arguments: Any, spaces: QuerySet[Space], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["space"].queryset = spaces  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """The thread that another one goes into, by its address or its number."""

    into = forms.CharField(
        label=_("Which thread should it go into?"),
        max_length=500,
        help_text=_("Paste the address of that thread."),
        error_messages={"required": _("Paste the address of that thread.")},
    )

    def __init__(self, *arguments: Any, threads: QuerySet[Thread], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.threads = threads

    def clean_into(self) -> Thread:
        number = _THREAD.search(self.cleaned_data["into"])
        found = self.threads.filter(pk=int(number[1])).first() if number else None
        if found is None:
            raise ValidationError(_("There is no thread at this address that you may change. Copy it from that page."))
        return found


class SplitForm(forms.Form):
    title = TitleField(
        label=_("Title of the new thread"), max_length=160, error_messages={"required": _("Give it a title.")}
    )
    posts = SeveralField(
        Post.objects.none(),
        label=_("Posts that go there"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one post.")},
    )

    def __init__(self, *arguments: Any, posts: QuerySet[Post], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["posts"].queryset = posts  # type: ignore[attr-defined]
        self.fields["posts"].label_from_instance = _first_words  # type: ignore[attr-defined]


def _first_words(post: Post) -> str:
    name = post.author.display_name if post.author else _("Somebody who has left")
    return f"{post.number}. {name}: {plain_text(post.source, 100)}"


class AskToJoinForm(forms.Form):
    message = CleanField(
        label=_("Why would you like to join?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The people who keep this space read it. One sentence is enough."),
    )


class InviteForm(forms.Form):
    """Names a member by the handle on their profile."""

    handle = forms.CharField(
        label=_("Who?"),
        max_length=65,
        help_text=_("The name after @ on the member’s profile, for example @asha-patel."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *arguments: Any, keeper: User | AnonymousUser, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.keeper = keeper

    def clean_handle(self) -> User:
        handle = self.cleaned_data["handle"].strip().removeprefix("@").lower()
        person = User.objects.visible_to(self.keeper).filter(handle=handle).first()
        if person is None:
            raise ValidationError(_("We know nobody by that name. Look at the end of the address of their profile."))
        return person
