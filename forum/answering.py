"""Replies by e-mail, where they become posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import Entry
from forum import actions, permissions
from forum.forms import Attaching, ReplyForm
from forum.models import Attachment, Post, Rearrangement, Space, Thread
from forum.nameless import is_nameless_in
from notifications.kinds import NotTaken
from notifications.mail import absolute

if TYPE_CHECKING:
    from notifications.letters import File
    from notifications.models import Event


def read_by(event: Event, person: User) -> str:
    """Who would read this person's reply, as half a sentence; empty where they cannot reply."""
    thread = cast(Post, event.subject).thread
    if not permissions.can_reply(person, thread) or is_nameless_in(person, thread):
        return ""
    return thread.space.audience


def has_other_readers(thread: Thread, *, since: dt.datetime) -> bool:
    """Whether others may read it than an e-mail of then said: it went to another space, or its space was opened."""
    moved = Rearrangement.objects.about(thread).exclude(kind=Rearrangement.Kind.SPLIT).filter(created_at__gt=since)
    opened = Entry.objects.filter(
        verb="space.visibility", subject_kind=Space._meta.label_lower, subject_id=str(thread.space_id), at__gt=since
    )
    return moved.exists() or opened.exists()


def answer(event: Event, person: User, text: str, token: UUID, files: Sequence[File] = ()) -> str:
    """Posts what somebody wrote by e-mail, looked through as on the page. Raises NotTaken."""
    try:
        return _answer(event, person, text, token, files)
    except PermissionDenied:  # suspended a moment ago
        raise NotTaken(_("You cannot reply to this by e-mail any more.")) from None


def _answer(event: Event, person: User, text: str, token: UUID, files: Sequence[File]) -> str:
    thread = _thread_to_answer(event, person)
    # Nobody can be asked whether what was found has to stay, so a moderator looks at it.
    form = ReplyForm({"text": text, "why": _("It came by e-mail.")}, writer=person)
    if not form.is_valid():
        raise NotTaken(" ".join(str(error) for errors in form.errors.values() for error in errors))
    attached, refused = _attached(person, token, files)
    # Their names are looked through too.
    form = ReplyForm(form.data, writer=person, attached=attached)
    form.is_valid()
    source = form.cleaned_data["text"]
    try:
        post = actions.post_reply(
            thread=thread, author=person, source=source, form_token=token, hold=form.hold, attachments=attached.added
        )
    except Thread.DoesNotExist:
        raise NotTaken(_("The conversation is no longer there, or you can no longer read it.")) from None
    held = _("It is kept, and nobody else reads it yet: a moderator looks at it first. You will hear what they decide.")
    return "\n\n".join(filter(None, [held if form.hold else "", _about_photos(post, attached), *refused]))


def _thread_to_answer(event: Event, person: User) -> Thread:
    """Where a reply by e-mail goes; raises NotTaken where this person would not reply like that on the page."""
    thread = Thread.objects.get_visible(cast(Post, event.subject).thread_id, person)
    if thread is None:
        raise NotTaken(_("The conversation is no longer there, or you can no longer read it."))
    if not permissions.can_reply(person, thread):
        if thread.space.repliers_said and not thread.is_locked:
            raise NotTaken(thread.space.repliers_said)
        raise NotTaken(_("The conversation is closed for replies. If there is more to say, start a new one."))
    if is_nameless_in(person, thread):
        raise NotTaken(
            _(
                "You wrote in this conversation without your name, and a reply by e-mail would carry it. "
                "Reply on the site, where you can choose."
            )
        )
    if has_other_readers(thread, since=event.created_at):
        raise NotTaken(
            _("The conversation has moved, or others can read it now. Reply on the site, if you still want to.")
        )
    return thread


def _attached(person: User, token: UUID, files: Sequence[File]) -> tuple[Attaching, list[str]]:
    """What came with the words and is kept, and of each other file why not."""
    uploads = [SimpleUploadedFile(file.name, file.content, file.content_type) for file in files]
    attached = Attaching(person, token, files=uploads)
    refused = [_("We did not keep %(file)s") % {"file": fault} for fault in attached.refused]
    attached.refused = []
    for row in attached.added:
        if row.is_photo:
            # Nobody could be asked what it shows, and whether those in it agree.
            row.waits_for, row.text = Attachment.Wait.ANSWERS, _("Photo sent by e-mail, not described yet")
    return attached, refused


def _about_photos(post: Post, attached: Attaching) -> str:
    if not any(row.is_photo for row in attached.added):
        return ""
    url = absolute(reverse("forum:edit", args=[post.pk]))
    said = _("Others do not see your photos yet. Say what they show and who is in them:")
    return f"{said}\n{url}"
