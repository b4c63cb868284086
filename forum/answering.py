"""Replies by e-mail, where they become posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from forum import actions, permissions
from forum.forms import ReplyForm
from forum.models import Post, Thread
from forum.nameless import is_nameless_in
from notifications.kinds import NotTaken

if TYPE_CHECKING:
    from notifications.models import Event


def read_by(event: Event, person: User) -> str:
    """Who would read this person's reply, as half a sentence; empty where they cannot reply."""
    thread = cast(Post, event.subject).thread
    if not permissions.can_reply(person, thread) or is_nameless_in(person, thread):
        return ""
    return thread.space.audience


def answer(event: Event, person: User, text: str, token: UUID) -> str:
    """Posts what somebody wrote by e-mail, looked through as on the page. Raises NotTaken."""
    thread = Thread.objects.get_visible(cast(Post, event.subject).thread_id, person)
    if thread is None:
        raise NotTaken(_("The conversation is no longer there, or you can no longer read it."))
    if not permissions.can_reply(person, thread):
        raise NotTaken(_("The conversation is closed for replies. If there is more to say, start a new one."))
    if is_nameless_in(person, thread):
        raise NotTaken(
            _(
                "You wrote in this conversation without your name, and a reply by e-mail would carry it. "
                "Reply on the site, where you can choose."
            )
        )
    # Nobody can be asked whether what was found has to stay, so a moderator looks at it.
    form = ReplyForm({"text": text, "why": _("It came by e-mail.")}, writer=person)
    if not form.is_valid():
        raise NotTaken(" ".join(str(error) for errors in form.errors.values() for error in errors))
    source = form.cleaned_data["text"]
    actions.post_reply(thread=thread, author=person, source=source, form_token=token, hold=form.hold)
    if not form.hold:
        return ""
    return _("It is kept, and nobody else reads it yet: a moderator looks at it first. You will hear what they decide.")
