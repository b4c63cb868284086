"""Starting threads and replying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from accounts.standing import by_active
from forum.actions.attaching import attach
from forum.actions.linking import Target, add_links, targets_of
from forum.actions.polls import save_poll
from forum.actions.reading import discard_draft_of, mark_read, set_follow
from forum.models import Attachment, Nameless, Post, Space, Thread
from forum.nameless import sector_shown
from markup.characters import clean_characters
from markup.mentions import mentions
from moderation import actions as moderation
from moderation.actions import Hold
from notifications.actions import announce
from web.prepared import Prepared, execute
from web.signals import content_changed

if TYPE_CHECKING:
    from wagtail.models import Page

    from accounts.models import User
    from vocabulary.models import Sector, Topic

# A post that calls half the site is a mistake or an attack; these are told, the others are not.
MOST_MENTIONS = 20
CIRCLE_SLUG = "conversation"
HELD = Prepared(
    lambda thread: (
        Thread.objects.select_for_update(of=("self",), no_key=True)
        .select_related("space")
        .filter(pk=thread, hidden_at__isnull=True)
    ),
    "thread",
)

_THREAD = """
    UPDATE forum_thread SET last_number = %s, reply_count = reply_count + 1, last_post_at = %s, last_post_by_id = %s,
           is_last_nameless = %s
     WHERE id = %s
"""
_SPACE = "UPDATE forum_space SET post_count = post_count + 1, last_post_at = %s WHERE id = %s"


@by_active("author")
def start_thread(
    *,
    space: Space,
    author: User,
    kind: str,
    title: str,
    source: str,
    page: Page | None = None,
    topics: Iterable[Topic] = (),
    sectors: Iterable[Sector] = (),
    form_token: UUID | None = None,
    hold: Hold | None = None,
    is_locked: bool = False,
    is_nameless: bool = False,
    poll: Mapping[str, Any] | None = None,
    attachments: Iterable[Attachment] = (),
) -> Thread:
    """A new thread with its first post; the author follows it. With `hold` a moderator sees it before others do.

    `poll` is what `save_poll` wants to know of one.
    With a `form_token` that this author has posted before, the thread of that time comes back.
    Errors: markup.markdown.SourceTooLong; PermissionDenied as `by_active` says.
    """
    if space.allows_nameless and (earlier := _posted_before(author, form_token, space)):
        return earlier.thread
    opening = Post(author=author, number=1, form_token=form_token, is_untold=hold is not None)
    if is_nameless:
        _take_name_off(opening, author, space)
    opening.write(source)
    targets = targets_of(source)
    opening.link_count = len(targets)
    try:
        with transaction.atomic():
            thread = _insert_thread(opening, space=space, kind=kind, title=title, page=page, is_locked=is_locked)
            _keep_writer(opening, author, form_token)
    except IntegrityError:
        earlier = _posted_before(author, form_token, space)
        if earlier is None:
            raise
        return earlier.thread
    if poll:
        save_poll(post=opening, **poll)
    thread.topics.set(topics)
    thread.sectors.set(sectors)
    _settle(opening, author, targets, attachments, draft=f"thread:{form_token.hex}" if form_token else "")
    content_changed.send(sender=Thread, ids=[thread.pk])
    content_changed.send(sender=Post, ids=[opening.pk])
    Space.objects.filter(pk=space.pk).update(
        thread_count=F("thread_count") + 1, post_count=F("post_count") + 1, last_post_at=opening.created_at
    )
    if hold:
        moderation.hold(subject=thread, hold=hold)
    return thread


def _insert_thread(opening: Post, *, space: Space, kind: str, title: str, page: Page | None, is_locked: bool) -> Thread:
    title = tidy_title(title)
    thread = Thread.objects.create(
        space=space,
        kind=kind,
        title=title,
        slug=slug_of(title, space),
        author=opening.author,
        page=page,
        is_locked=is_locked,
        last_number=1,
        last_post_at=opening.created_at,
        last_post_by=opening.author,
        is_nameless=opening.is_nameless,
        is_last_nameless=opening.is_nameless,
        created_at=opening.created_at,
    )
    opening.thread = thread
    opening.save(force_insert=True)
    return thread


@by_active("author")
def post_reply(
    *,
    thread: Thread,
    author: User,
    source: str,
    form_token: UUID | None = None,
    hold: Hold | None = None,
    is_nameless: bool = False,
    attachments: Iterable[Attachment] = (),
) -> Post:
    """A new post at the end of a thread; its author follows the thread from now on.

    With `hold` a moderator sees it before others do. With `is_nameless` it carries no name.

    With a `form_token` that this author has posted before, the post of that time comes back.
    Errors: markup.markdown.SourceTooLong; Thread.DoesNotExist for one that was hidden, or went into another, meanwhile;
    PermissionDenied as `by_active` says.
    """
    post = Post(author=author, form_token=form_token, is_untold=hold is not None)
    post.write(source)
    targets = targets_of(source, own=thread.pk)
    post.link_count = len(targets)
    # Whoever holds the thread's row gives the next number, so that numbers have no gaps.
    held = HELD.rows(thread=thread.pk)
    if not held:
        raise Thread.DoesNotExist
    thread = held[0]
    earlier = _posted_before(author, form_token, thread.space)
    if earlier is not None:
        return earlier
    if is_nameless:
        _take_name_off(post, author, thread.space)
    post.thread, post.number, post.created_at = thread, thread.last_number + 1, timezone.now()
    post.save(force_insert=True)
    _keep_writer(post, author, form_token)
    execute(_THREAD, post.number, post.created_at, post.author_id, post.is_nameless, thread.pk)
    _settle(post, author, targets, attachments, draft=f"reply:{thread.pk}")
    content_changed.send(sender=Post, ids=[post.pk], rows=[post])
    execute(_SPACE, post.created_at, thread.space_id)
    if hold:
        moderation.hold(subject=post, hold=hold)
    return post


def _settle(post: Post, author: User, targets: list[Target], attachments: Iterable[Attachment], *, draft: str) -> None:
    """What every new post brings along once it is saved: for its author, whose draft goes, and for its readers."""
    if targets:
        add_links(post, targets)
    set_follow(thread=post.thread, person=author, wanted=True)
    mark_read(thread=post.thread, person=author, number=post.number)
    if draft:
        discard_draft_of(person=author, key=draft)
    attach(post, attachments)
    tell_of(post)


def tidy_title(title: str) -> str:
    """On one line, without controls and overrides of direction."""
    return " ".join(clean_characters(title).split())


def slug_of(title: str, space: Space) -> str:
    """What stands in the address. Browsers keep that, and of a circle they are not to keep what it talks about."""
    return CIRCLE_SLUG if space.is_reflective else slugify(title)[:80].strip("-") or "thread"


def tell_of(post: Post) -> None:
    """Tell those who follow and those who are called, unless the post waits for a moderator: then not yet."""
    if post.is_untold:
        return
    kind = "reply" if post.number > 1 else "thread"
    announce(kind=kind, actor=post.author, subject=post, data={"thread": post.thread_id})
    call_people(post, mentions(post.source))


def _take_name_off(post: Post, author: User, space: Space) -> None:
    """Leaves nothing of its author but perhaps the sector; `_keep_writer` must follow once it is saved."""
    post.author = post.form_token = None
    post.is_nameless, post.nameless_sector = True, sector_shown(author, space)


def _keep_writer(post: Post, author: User, form_token: UUID | None) -> None:
    if post.is_nameless:
        Nameless.objects.create(post=post, person=author, space_id=post.thread.space_id, form_token=form_token)


def _posted_before(author: User, form_token: UUID | None, space: Space) -> Post | None:
    """What was posted from the same form, with a name or without: whoever goes back must not post it again signed."""
    if form_token is None:
        return None
    posts = Post.objects.select_related("thread")
    found = posts.filter(author=author, form_token=form_token).first()
    if found is None and space.allows_nameless:
        found = posts.filter(nameless__person=author, nameless__form_token=form_token).first()
    return found


def call_people(post: Post, handles: list[str]) -> None:
    """Tell those whom a post names after @."""
    if handles:
        announce(kind="mention", actor=post.author, subject=post, data={"handles": handles[:MOST_MENTIONS]})
