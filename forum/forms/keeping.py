"""What keepers do, and those who would like to be let in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.forms.fields import CleanField, SeveralField, SpaceField, TitleField
from forum.models import Post, Space, Thread
from forum.nameless import name_of
from markup.text import plain_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_THREAD = re.compile(r"(?:/thread/|^\s*)([0-9]{1,18})(?:/|\s*$)")


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
    return f"{post.number}. {name_of(post)}: {plain_text(post.source, 100)}"


class InviteForm(forms.Form):
    """Names a member by the handle on their profile, or anybody by their e-mail address."""

    handle = forms.CharField(
        label=_("Who?"),
        max_length=254,
        help_text=_("The name after @ on the member’s profile, for example @asha-patel, or an e-mail address."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *arguments: Any, keeper: User | AnonymousUser, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.keeper = keeper

    def clean_handle(self) -> User | str:
        """A member, or an address, whether or not it is a member's."""
        address = self.cleaned_data["handle"].strip()
        if "@" in address.removeprefix("@"):
            validate_email(address)
            return address
        handle = self.cleaned_data["handle"].strip().removeprefix("@").lower()
        person = User.objects.visible_to(self.keeper).filter(handle=handle).first()
        if person is None:
            raise ValidationError(_("We know nobody by that name. Look at the end of the address of their profile."))
        return person


class AskToJoinForm(forms.Form):
    message = CleanField(
        label=_("Why would you like to join?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The people who keep this space read it. One sentence is enough."),
    )
