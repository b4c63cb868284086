"""What people write."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.forms.attaching import AttachingForm
from forum.forms.fields import MemberTextField, SeveralField, SpaceField, TitleField
from forum.forms.polls import PollFields
from forum.models import Space, Thread
from forum.permissions import spaces_kept_by
from vocabulary.models import Sector, Topic

MOST_TOPICS = 5


WHO_KNOWS = _(
    "Only the people who keep this space and the site’s moderators can find out who you are: it is logged when they "
    "do, and you are told. You cannot add your name later."
)


class NamelessField(forms.BooleanField):
    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Post without my name"), required=False, **options)


class ReplyForm(AttachingForm):
    """`nameless_as` is what others would read in place of the name; without it there is no such choice."""

    is_post: ClassVar[bool] = True

    text = MemberTextField(label=_("Your reply"), error_messages={"required": _("Write your reply.")})
    nameless = NamelessField()
    field_order = ["form_token", "text", "nameless", "why"]

    def __init__(self, *arguments: Any, nameless_as: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        if nameless_as:
            shown = _("Others read “%(name)s”.") % {"name": nameless_as}
            self.fields["nameless"].help_text = f"{shown} {WHO_KNOWS}"
        else:
            del self.fields["nameless"]


class EditForm(AttachingForm):
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


class OpeningForm(AttachingForm):
    """What a thread is, apart from where it stands; also its author's form for changing it."""

    screened: ClassVar[tuple[str, ...]] = ("title", "text")

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


class ThreadForm(PollFields, OpeningForm):
    is_post: ClassVar[bool] = True
    screened = (*OpeningForm.screened, *PollFields.poll_screened)
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
    nameless = NamelessField()
    field_order = [
        "form_token", "page", "kind", "space", "no_replies", "title", "text", "topics", "sectors", "nameless", "why",
    ]  # fmt: skip

    def __init__(self, *arguments: Any, person: User, **options: Any) -> None:
        self.kept = spaces_kept_by(person)
        self.zone = person.time_zone
        can_announce = self.kept.exists()
        super().__init__(*arguments, can_announce=can_announce, writer=person, **options)
        if not can_announce:
            del self.fields["no_replies"]
        self.fields["space"].queryset = Space.objects.writable_by(person)  # type: ignore[attr-defined]
        self._offer_namelessness()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_announced = cleaned.get("kind") == Thread.Kind.ANNOUNCEMENT
        space = cleaned.get("space")
        if is_announced and space is not None and not self.kept.filter(pk=space.pk).exists():
            self.add_error("kind", _("Only people who keep this space can announce something in it."))
        cleaned["no_replies"] = is_announced and cleaned.get("no_replies", False)
        cleaned["nameless"] = cleaned.get("nameless", False)
        if cleaned["nameless"] and is_announced:
            self.add_error("nameless", _("An announcement carries a name. Take the tick away, or choose another kind."))
        elif cleaned["nameless"] and space is not None and not space.nameless_threads:
            self.add_error(
                "nameless", _("In this space posts carry a name. Take the tick away, or choose another space.")
            )
        return cleaned

    def _offer_namelessness(self) -> None:
        """Only where one of the person's spaces allows it, with which ones these are."""
        spaces = self.fields["space"].queryset  # type: ignore[attr-defined]
        names = list(spaces.filter(allows_nameless=True, who_starts=Space.Who.MEMBERS).values_list("name", flat=True))
        if not names:
            del self.fields["nameless"]
            return
        where = _("Only in: %(spaces)s. Others read “A member” there.") % {"spaces": ", ".join(names)}
        self.fields["nameless"].help_text = f"{where} {WHO_KNOWS}"
