"""New words for a post, and for what its thread is called and about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.standing import by_active
from forum.actions.attaching import Changes, rearrange, said_of
from forum.actions.linking import renew_links
from forum.actions.writing import call_people, slug_of, tidy_title
from forum.models import Post, PostRevision, Thread
from forum.nameless import wrote
from markup.mentions import mentions
from moderation import actions as moderation
from moderation.actions import Hold
from moderation.screening import screen
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User
    from vocabulary.models import Sector, Topic

NOTHING_CHANGES = Changes()


@by_active("editor")
def edit_post(
    *,
    post: Post,
    editor: User,
    source: str,
    hold: Hold | None = None,
    is_open: bool = True,
    changes: Changes = NOTHING_CHANGES,
) -> Post:
    """New words for a post; the old ones are kept as a revision, and only newly mentioned people are told.

    With `hold` nobody reads it any more until a moderator has looked. Unless `is_open`, only moderators read the old
    words; so it is with all that looks as if it told who somebody is.

    Errors: markup.markdown.SourceTooLong; PermissionDenied as `by_active` says, and for what has just gone.
    """
    post = _lock(post)
    if source != post.source or changes:
        _rewrite(post, editor, source, is_open=is_open)
        rearrange(post, changes)
    if hold:
        moderation.hold(subject=post, hold=hold)
    return post


@transaction.atomic
def put_words_back(*, post: Post, moderator: User) -> None:
    """What a post said before that moderator changed it, unless it was changed again since.

    An appeal was granted: whether the moderator may still act plays no part.
    """
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    last = post.revisions.first()
    if not _is_gone(post) and last is not None and last.replaced_by_id == moderator.pk and last.source:
        _rewrite(post, moderator, last.source, is_open=True)


@by_active("editor")
def edit_opening(
    *,
    post: Post,
    editor: User,
    kind: str,
    title: str,
    source: str,
    topics: Iterable[Topic] = (),
    sectors: Iterable[Sector] = (),
    hold: Hold | None = None,
    is_open: bool = True,
    changes: Changes = NOTHING_CHANGES,
) -> Post:
    """The first post edited together with what its thread is called and about. The rest is as in edit_post.

    Errors: markup.markdown.SourceTooLong; PermissionDenied as `by_active` says, and for what has just gone.
    """
    post = _lock(post)
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=post.thread_id)
    title = tidy_title(title)
    if (source, title) != (post.source, thread.title) or changes:
        old_title = "" if title == thread.title else thread.title
        _rewrite(post, editor, source, old_title=old_title, is_open=is_open)
        rearrange(post, changes)
    thread.title, thread.slug, thread.kind = title, slug_of(title, thread.space), kind
    if not thread.is_asking:
        thread.answer = None
    thread.save(update_fields=["title", "slug", "kind", "answer"])
    thread.topics.set(topics)
    thread.sectors.set(sectors)
    content_changed.send(sender=Thread, ids=[thread.pk])
    if hold:
        moderation.hold(subject=thread, hold=hold)
    return post


def _lock(post: Post) -> Post:
    """As it is now. Errors: PermissionDenied for what was deleted or expired meanwhile: its words stay away."""
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if _is_gone(post):
        raise PermissionDenied
    return post


def _is_gone(post: Post) -> bool:
    return post.deleted_at is not None or post.expired_at is not None


def _rewrite(post: Post, editor: User, source: str, *, old_title: str = "", is_open: bool) -> None:
    # Also those whom an earlier version called: taken out and put in again, a name would call as often as one likes.
    earlier = post.revisions.values_list("source", flat=True) if post.edited_at else ()
    called_before, hung = {handle for text in (post.source, *earlier) for handle in mentions(text)}, said_of(post)
    PostRevision.objects.create(
        post=post,
        source=post.source,
        title=old_title,
        replaced_by=None if post.is_nameless and wrote(editor, post) else editor,
        is_open=is_open and not any(screen(text) for text in (post.source, old_title, hung)),
        attachments=hung,
    )
    post.write(source)
    renew_links(post)
    post.edited_at = timezone.now()
    post.save(update_fields=["source", "html", "renderer_version", "link_count", "edited_at"])
    call_people(post, [handle for handle in mentions(source) if handle not in called_before])
    content_changed.send(sender=Post, ids=[post.pk])
