"""Photos and files: taking them in, hanging them on posts, taking them off, and away for good."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.standing import by_active
from audit.actions import record
from files.actions import UploadRefused, store_attached_document, store_photo
from files.checks import DOCUMENT_TYPES, is_heic
from forum.models import Attachment, Post, Thread
from moderation import actions as moderation
from moderation.actions import Hold
from moderation.models import Report
from moderation.watching import Caution, allowed
from outbox.actions import enqueue
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User

MOST_WAITING = 24
KEPT_UNSENT = dt.timedelta(days=1)
KEPT_FOR_REPORTS = dt.timedelta(days=30)
ERASED_AT_ONCE = 200
ATTACHMENT_JOB = "attachment"
PHOTOS = frozenset({"gif", "heic", "heif", "jpe", "jpeg", "jpg", "png", "webp"})
# A page of somebody's own making, opened on somebody else's computer, is a way to ask for passwords.
FILES = [ending for ending in DOCUMENT_TYPES if ending != "html"]


class Changes(NamedTuple):
    """What an edit does to what hangs on a post: `answered` are rows with new text or answers, not saved yet."""

    added: Sequence[Attachment] = ()
    removed: Sequence[Attachment] = ()
    answered: Sequence[Attachment] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.answered)


def add_upload(*, person: User, token: UUID | None, upload: UploadedFile) -> Attachment:
    """Check and keep a photo or a file for a form of this person; the same one sent twice is kept once.

    Errors: files.actions.UploadRefused; PermissionDenied as `by_active` says.
    """
    digest = _digest(upload)
    mine = Attachment.objects.filter(uploader=person, form_token=token, digest=digest)
    earlier = mine.first() if token else None
    if earlier is not None:
        return earlier
    if Attachment.objects.filter(uploader=person, post=None).count() >= MOST_WAITING:
        raise UploadRefused(
            _("You have added many photos and files without posting them. Post or remove some, or wait until tomorrow.")
        )
    return _keep_upload(person=person, token=token, upload=upload, digest=digest)


@by_active("person")
def _keep_upload(*, person: User, token: UUID | None, upload: UploadedFile, digest: str) -> Attachment:
    name = PurePosixPath((upload.name or "").replace("\\", "/")).stem[:160]
    if _is_photo(upload):
        row = Attachment(image=store_photo(upload=upload, title="Photo"))
    else:
        row = Attachment(document=store_attached_document(upload=_of_known_kind(upload), title=name), text=name)
    row.uploader, row.form_token, row.digest = person, token, digest
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        (row.image or row.document).delete()  # type: ignore[union-attr]
        return Attachment.objects.get(uploader=person, form_token=token, digest=digest)
    return row


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _is_photo(upload: UploadedFile) -> bool:
    """What it is meant to be; whether it is that, its content decides."""
    ending = _ending(upload)
    is_image = str(upload.content_type).startswith("image/")
    return ending in PHOTOS or (ending not in DOCUMENT_TYPES and is_image) or is_heic(upload)


def _of_known_kind(upload: UploadedFile) -> UploadedFile:
    if _ending(upload) not in FILES:
        kinds = ", ".join(["jpg", "png", "heic", *FILES])
        raise UploadRefused(_("We cannot take this kind of file. These work: %(kinds)s.") % {"kinds": kinds})
    return upload


def _ending(upload: UploadedFile) -> str:
    return PurePosixPath(upload.name or "").suffix.lower().lstrip(".")


def attach(post: Post, attachments: Iterable[Attachment]) -> None:
    """Hangs what waited in a form on its post; within the caller's transaction.

    What a document says is read by the worker first: till then only its author has it.
    """
    place, added = post.attachment_count, 0
    for row in attachments:
        row.post, row.position = post, place + added
        if not row.is_photo:
            row.waits_for = Attachment.Wait.READING
            _name(row)
            enqueue(ATTACHMENT_JOB, subject=f"attachment:{row.pk}")
        row.save(update_fields=["post", "position", "waits_for", "text", "people"])
        _hold_faces(row)
        added += 1
    if added:
        _count(post)


def _hold_faces(row: Attachment) -> None:
    """No machine looks at a photo: of somebody new, a moderator sees first in whom others could recognise a family."""
    shows_people = row.is_photo and row.people == Attachment.People.AGREED and not row.hidden_at
    if shows_people and row.uploader and allowed(row.uploader).holds_faces:
        said = _("Somebody can be recognised in this photo, and you are new here.")
        moderation.hold(subject=row, hold=Hold("", (Caution.FACES,), said=said))


def rearrange(post: Post, changes: Changes) -> None:
    """What an edit does to what hangs on a post whose row the caller holds."""
    if not changes:
        return
    for row in changes.answered:
        if row.waits_for == Attachment.Wait.ANSWERS:
            row.waits_for = ""
        row.save(update_fields=["text", "people", "waits_for"])
        _name(row)
        _hold_faces(row)
    gone = [row.pk for row in changes.removed]
    Attachment.objects.filter(post=post, pk__in=gone, removed_at=None).update(removed_at=timezone.now())
    attach(post, changes.added)
    _count(post)
    attachments_changed(post)


def attachments_changed(post: Post) -> None:
    """What others read beneath a post is no longer the same: search has it with the post, or with its thread."""
    sender, pk = (Thread, post.thread_id) if post.number == 1 else (Post, post.pk)
    content_changed.send(sender=sender, ids=[pk])


def _name(row: Attachment) -> None:
    """The document is saved under the name that others read."""
    if row.document is not None and row.document.title != row.text:
        row.document.title = row.text
        row.document.save(update_fields=["title"])


def _count(post: Post) -> None:
    post.attachment_count = Attachment.objects.filter(post=post, removed_at=None).count()
    post.save(update_fields=["attachment_count"])


def said_of(post: Post) -> str:
    """What hangs on a post, in words, for the version of it that is about to end."""
    if not post.attachment_count:
        return ""
    return "\n".join(row.said() for row in post.attachments.all() if row.is_shown)


@transaction.atomic
def hide_attachment(*, attachment: Attachment, actor: User | None) -> None:
    Attachment.objects.filter(pk=attachment.pk, hidden_at=None).update(hidden_at=timezone.now())
    if attachment.post is not None:
        attachments_changed(attachment.post)


@transaction.atomic
def restore_attachment(*, attachment: Attachment, actor: User | None) -> None:
    """A moderator has looked: what it says need not be read once more. Who is in a photo is still to be answered."""
    row = Attachment.objects.filter(pk=attachment.pk)
    row.update(hidden_at=None)
    row.filter(waits_for=Attachment.Wait.READING).update(waits_for="")
    if attachment.post is not None:
        attachments_changed(attachment.post)


def erase_attachments(attachments: Iterable[Attachment]) -> int:
    """Takes them away for good, the bytes too, and says how many; within the caller's transaction."""
    erased = 0
    for row in attachments:
        file = row.image or row.document
        if file is not None:
            file.delete()  # the row goes with it
            erased += 1
    return erased


@transaction.atomic
def remove_attachment(*, attachment: Attachment) -> None:
    """What a moderator removed goes for good."""
    post = attachment.post
    erase_attachments([attachment])
    if post is not None:
        _count(post)
        attachments_changed(post)


@transaction.atomic
def discard_upload(*, attachment: Attachment, person: User) -> None:
    """Somebody takes back what they added to a form that is not sent."""
    erase_attachments(Attachment.objects.filter(pk=attachment.pk, uploader=person, post=None))


@transaction.atomic
def erase_attachments_of(person: User) -> None:
    """Somebody leaves: their photos and files go with them, from posts too."""
    mine = Attachment.objects.filter(uploader=person).select_related("image", "document")
    posts = set(mine.filter(post__isnull=False, removed_at=None).values_list("post", flat=True))
    erase_attachments(mine)
    left = Count("attachments", filter=Q(attachments__removed_at=None))
    for post in Post.objects.filter(pk__in=posts).annotate(left=left).order_by("pk"):
        Post.objects.filter(pk=post.pk).update(attachment_count=post.left)
        attachments_changed(post)
    # The log would say who wrote what carries no name.
    named = Post.objects.filter(pk__in=posts, is_nameless=False).order_by("pk").values_list("pk", flat=True)
    if named:
        record(actor=person, verb="attachments.erased", subject=person, detail={"posts": list(named)})


def erase_unused() -> int:
    """What was never posted, a day later, and what was taken out of posts, unless a report still needs it."""
    now = timezone.now()
    unsent = Attachment.objects.filter(post=None, created_at__lt=now - KEPT_UNSENT)
    removed = Attachment.objects.filter(removed_at__lt=now)
    reports = Report.objects.filter(content_type__app_label="forum", content_type__model="attachment")
    about = reports.filter(object_id=OuterRef("pk"))
    about_post = Report.objects.filter(
        content_type__app_label="forum", content_type__model="post", object_id=OuterRef("post")
    )
    free = removed.filter(~Exists(about), ~Exists(about_post))
    waiting = Report.objects.waiting()
    old = removed.filter(removed_at__lt=now - KEPT_FOR_REPORTS).exclude(
        Exists(about.filter(pk__in=waiting)) | Exists(about_post.filter(pk__in=waiting))
    )
    due = set()
    for rows in (unsent, free, old):
        due |= set(rows.order_by("pk").values_list("pk", flat=True)[:ERASED_AT_ONCE])
    with transaction.atomic():
        return erase_attachments(Attachment.objects.filter(pk__in=due).select_related("image", "document"))
