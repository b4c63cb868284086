"""Cards of what posts point at, and where a thread is mentioned: for each reader, as far as they may see it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.models import Post, PostLink, Thread
from forum.models.thread import place_url, thread_url
from web import cards

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

KINDS = dict(Thread.Kind.choices)
MOST_MENTIONS = 5


class Card(NamedTuple):
    """What is drawn beneath a post for one thing of this site that it points at."""

    kind: str
    title: str
    url: str
    text: str
    when: dt.datetime | None


def add_cards(rows: list[dict[str, Any]], user: Reader) -> None:
    """Gives each row that points at something its cards: a few queries for all of them."""
    pointing = [row["id"] for row in rows if row["link_count"] and row["html"]]
    links = list(PostLink.objects.filter(post__in=pointing).order_by("pk").values_list("post", "target", "page"))
    threads = _of_posts([target for _post, target, _page in links if target], user)
    pages = _of_pages([page for _post, _target, page in links if page], user)
    for row in rows:
        mine = [threads.get(target) or pages.get(page) for post, target, page in links if post == row["id"]]
        row["cards"] = tuple(card for card in mine if card)


def _of_posts(ids: list[int], user: Reader) -> dict[int | None, Card]:
    """By post. What is hidden has no card, for moderators neither."""
    if not ids:
        return {}
    shown = Post.objects.filter(thread__in=Thread.objects.shown_elsewhere_to(user), pk__in=ids, hidden_at=None)
    rows = shown.select_related("thread__space").only(
        "number", "thread__slug", "thread__title", "thread__kind", "thread__reply_count", "thread__last_post_at",
        "thread__space__name",
    )  # fmt: skip
    return {post.pk: _of_post(post) for post in rows}


def _of_post(post: Post) -> Card:
    thread = post.thread
    words = {"replies": thread.reply_count, "space": thread.space.name}
    text = ngettext("%(replies)s reply, in %(space)s", "%(replies)s replies, in %(space)s", thread.reply_count) % words
    kind = str(KINDS[thread.kind]) if post.number == 1 else _("A post in this thread")
    url = thread_url(thread.pk, thread.slug)
    return Card(kind, thread.title, place_url(url, post.number) if post.number > 1 else url, text, thread.last_post_at)


def _of_pages(ids: list[int], user: Reader) -> dict[int | None, Card]:
    if not ids:
        return {}
    found = cards.of_pages(ids, user)
    return {pk: Card(words.kind, title, url, words.text, words.when) for pk, (title, url, words) in found.items()}


def mentions_of(thread: Thread, user: Reader) -> tuple[tuple[str, str], ...]:
    """Title and address of the posts elsewhere that point at this thread, the newest first, each thread once."""
    rows = PostLink.objects.shown_elsewhere_to(user).filter(thread=thread).order_by("-pk")
    columns = ("post__thread", "post__thread__slug", "post__thread__title", "post__number")
    found: dict[int, tuple[str, str]] = {}
    for pk, slug, title, number in rows.values_list(*columns)[: MOST_MENTIONS * 4]:
        found.setdefault(pk, (title, place_url(thread_url(pk, slug), number)))
    found.pop(thread.pk, None)
    return tuple(found.values())[:MOST_MENTIONS]
