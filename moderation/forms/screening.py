"""Forms whose texts are looked through before they appear."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation import watching
from moderation.actions import Hold
from moderation.screening import Finding, screen

MOST_SHOWN = 6


class ScreenedForm(forms.Form):
    """A form whose texts are looked through before they appear. What is found is named, and may stay for a reason.

    `hold` is then what `moderation.actions.hold` wants to know of it; what the moderators' own rules catch is held
    without a question. Of an edit, `known` is the text as it was: what stood there before has been looked at.
    """

    screened: ClassVar[tuple[str, ...]] = ("text",)
    # Whether it makes something new that others read: then how often and how fast somebody posts counts too.
    is_post: ClassVar[bool] = False

    why = forms.CharField(
        label=_("Why it has to stay"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Leave this empty if you take it out. Only moderators read it."),
    )

    def __init__(self, *args: Any, known: str = "", writer: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.writer = known, writer
        self.hold: Hold | None = None
        if not self.is_bound:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        texts = [*(cleaned.get(name) or "" for name in self.screened), *self.other_texts()]
        cautions = watching.cautions("\n".join(texts), known=self.known, writer=self.writer)
        if self.is_post and self.writer is not None:
            is_nameless = bool(cleaned.get("nameless"))
            cautions += watching.hurries("\n".join(texts), self.writer, is_nameless=is_nameless)
        found = [finding for text in texts for finding in screen(text) if finding.text not in self.known]
        why = cleaned.pop("why", "")
        if not found:
            del self.fields["why"]
            self.hold = Hold("", cautions) if cautions else None
        elif why:
            self.hold = Hold(why, (*dict.fromkeys(finding.kind for finding in found), *cautions))
        else:
            raise ValidationError(
                _(
                    "Look at this again before others read it: %(found)s. It may tell who a child or a family is. "
                    "Take it out, or say below why it has to stay: then a moderator looks at it first."
                ),
                code="screened",
                params={"found": listed(found)},
            )
        return cleaned

    def other_texts(self) -> list[str]:
        """What goes with it and is read by the same people."""
        return []


def listed(found: list[Finding]) -> str:
    """Each once, as it was typed, with what it looks like."""
    shown = {finding.text: f"“{finding.text}” ({finding.kind.label})" for finding in found[:MOST_SHOWN]}
    return ", ".join(shown.values())
