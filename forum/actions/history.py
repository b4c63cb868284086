"""Who may read what a post said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from forum.models import PostRevision
from forum.nameless import wrote

if TYPE_CHECKING:
    from accounts.models import User


@by_active("actor")
def close_revision(*, revision: PostRevision, actor: User) -> None:
    """From now on only moderators read these earlier words."""
    if PostRevision.objects.filter(pk=revision.pk, is_open=True).update(is_open=False):
        # The log would name the author of what carries no name.
        is_secret = revision.post.is_nameless and wrote(actor, revision.post)
        detail = {"revision": revision.pk}
        record(actor=None if is_secret else actor, verb="revision.closed", subject=revision.post, detail=detail)


@by_active("actor")
def remove_revision(*, revision: PostRevision, actor: User) -> None:
    """Takes these earlier words away for good; that they were there stays."""
    kept = PostRevision.objects.filter(pk=revision.pk, removed_at__isnull=True)
    if kept.update(source="", title="", attachments="", is_open=False, removed_at=timezone.now()):
        record(actor=actor, verb="revision.removed", subject=revision.post, detail={"revision": revision.pk})
