"""What the worker does for the forum."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from files.extraction import words_of
from files.models import DocumentText, SiteDocument
from files.reader import FORMATS
from forum.actions import ATTACHMENT_JOB, attachments_changed
from forum.models import Attachment
from moderation import actions as moderation
from moderation.actions import Hold
from moderation.screening import Kind, screen
from moderation.watching import Caution, cautions
from outbox import handlers
from outbox.models import Job

Outcome = DocumentText.Outcome
# Locked or broken on purpose, a file would get past the rules unread.
UNREADABLE = {Outcome.LOCKED, Outcome.BROKEN, Outcome.TOO_LARGE, Outcome.SHORTENED}


def read_attachments(jobs: list[Job]) -> None:
    """The outbox's handler: what a document says is looked through as the post was, then others see it or it waits."""
    for job in jobs:
        pk = int(job.subject.partition(":")[2])
        found = Attachment.objects.select_related("document", "uploader").filter(pk=pk, waits_for="reading").first()
        if found is not None and found.document is not None:
            _look_through(found)


def _look_through(attachment: Attachment) -> None:
    document = cast(SiteDocument, attachment.document)
    ending = document.file_extension.lower()
    if ending in FORMATS:
        reading = words_of(document)
        text, is_unread = "\n".join(words for _page, words in reading.pages), reading.outcome in UNREADABLE
    else:
        text, is_unread = _plain(document) if ending == "csv" else "", ending != "csv"
    found = dict.fromkeys(finding.kind for finding in screen(text))
    why: tuple[Kind | Caution, ...] = (*found, *cautions(text, writer=attachment.uploader))
    with transaction.atomic():
        row = Attachment.objects.select_for_update(no_key=True).filter(pk=attachment.pk, waits_for="reading").first()
        if row is None:
            return
        row.waits_for = ""
        row.save(update_fields=["waits_for"])
        if (why or is_unread) and row.hidden_at is None and row.removed_at is None:
            moderation.hold(subject=row, hold=Hold("", why, said=_said(why, is_unread)))
        elif row.post is not None:
            attachments_changed(row.post)


def _said(why: tuple[Kind | Caution, ...], is_unread: bool) -> str:
    """To whoever added the file: why others do not see it yet."""
    if not why:
        return _("We could not read all of this file by machine: it may be locked or very long.")
    listed = ", ".join(str(kind.label) for kind in why)
    return _(
        "What is written in this file may tell who a child or a family is, or is against the rules: %(found)s. You can "
        "edit your post, take the file out, and add it again without that."
    ) % {"found": listed}


def _plain(document: SiteDocument) -> str:
    with document.file.open("rb") as file:
        content = file.read()
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")


def register_all() -> None:
    handlers.register(ATTACHMENT_JOB, read_attachments, repeat_safe=True)
