"""The posts of one page as plain dicts: models of post, author, sector and place would cost the page half its time."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.models import User
from forum.models import POSTS_A_PAGE, Post, Reaction, Thread
from forum.nameless import own_of, sectors_shown
from forum.polls import polls_of
from forum.views.attached import add_attachments
from forum.views.cards import add_cards
from moderation.models import Decision
from web.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_CALLED = re.compile(r"@([\w.-]+)")


def _values(posts: QuerySet[Post]) -> QuerySet[Post, Any]:
    return posts.order_by("number").values(
        "id", "number", "html", "created_at", "edited_at", "hidden_at", "deleted_at", "author_id", "thanks", "same",
        "link_count", "attachment_count", "has_poll", "is_nameless", "nameless_sector_id", "expired_at",
        name=F("author__display_name"),
        handle=F("author__handle"),
        job=F("author__job_title"),
        role=F("author__role"),
        photo_id=F("author__photo_id"),
        sector=F("author__sector__name"),
        shape=F("author__sector__shape"),
        place=F("author__place__name"),
    )  # fmt: skip


# There are no more: said so that PostgreSQL walks the numbers. Most posts of a site have small ones, so that it would
# take all posts of a long thread for its first page, and everybody's account with them.
POSTS = Prepared(
    lambda thread, before, last: _values(
        Post.objects.filter(thread=thread, number__gt=before, number__lte=last)
    )[:POSTS_A_PAGE],
    "thread", "before", "last",
)  # fmt: skip
ONE_POST = Prepared(lambda post: _values(Post.objects.filter(number__gt=1, pk=post)), "post")


def post_rows(thread: Thread, page: int | None, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """The posts of a page of a thread that the reader has been found to see, or with None the one that helped.

    Of a hidden post only moderators get the words.
    """
    if page is None:
        rows = ONE_POST.rows(post=thread.answer_id or 0)
    else:
        rows = POSTS.rows(thread=thread.pk, before=(page - 1) * POSTS_A_PAGE, last=page * POSTS_A_PAGE)
    is_member = user.is_authenticated and user.is_member
    me, answer = user.pk, thread.answer_id
    for row in rows:
        is_mine = me is not None and row["author_id"] == me
        row.update(is_mine=is_mine, is_helped=row["id"] == answer, has_thanked=False, has_same=False)
        row.update(reason="", cards=(), attachments=(), poll=None)
    if thread.space.is_reflective or any(row["is_nameless"] for row in rows):
        _hide_people(rows, thread, user)
    if is_member and any(row["thanks"] or row["same"] for row in rows):
        _add_said(rows, me)
    if any(row["hidden_at"] for row in rows):
        _cover(rows, user)
    if any(row["link_count"] for row in rows):
        add_cards(rows, user)
    if any(row["has_poll"] for row in rows):
        _add_polls(rows, user)
    if any(row["attachment_count"] for row in rows):
        add_attachments(rows, user)
    return rows


def _hide_people(rows: list[dict[str, Any]], thread: Thread, user: User | AnonymousUser) -> None:
    """In a reflective space nobody's work is shown. Of posts without a name, the sector of some.

    And which of these are this reader's own; two queries at most, none where all carry names.
    """
    if thread.space.is_reflective:
        for row in rows:
            row.update(job="", role="", sector="", shape="", place="", nameless_sector_id=None)
    rows = [row for row in rows if row["is_nameless"]]
    if not rows:
        return
    mine = own_of(user, [row["id"] for row in rows])
    asked = {row["nameless_sector_id"] for row in rows if row["nameless_sector_id"]}
    sectors = sectors_shown(thread.space, asked) if asked else {}
    for row in rows:
        row["is_mine"] = row["id"] in mine
        row["sector"], row["shape"] = sectors.get(row["nameless_sector_id"], ("", ""))


def _add_said(rows: list[dict[str, Any]], reader: int | None) -> None:
    """What this reader has said to each of the posts: "thanks", "same", both or nothing."""
    said = set(Reaction.objects.filter(person=reader, post__in=[row["id"] for row in rows]).values_list("post", "kind"))
    for row in rows:
        row["has_thanked"], row["has_same"] = ((row["id"], kind) in said for kind in ("thanks", "same"))


def _add_polls(rows: list[dict[str, Any]], user: User | AnonymousUser) -> None:
    polls = polls_of([row["id"] for row in rows if row["has_poll"] and row["html"]], user)
    for row in rows:
        row["poll"] = polls.get(row["id"])


def _cover(rows: list[dict[str, Any]], user: User | AnonymousUser) -> None:
    """Takes away the words of hidden posts; authors read why theirs is hidden, moderators read all."""
    hidden = [row for row in rows if row["hidden_at"]]
    if user.is_authenticated and user.is_moderator:
        for row in hidden:
            row["name"] = row["name"] if row["html"] else ""
        return
    mine = [row["id"] for row in hidden if row["is_mine"] and not row["deleted_at"]]
    reasons = Decision.objects.reasons_for(Post, mine) if mine else {}
    for row in hidden:
        row["html"] = row["name"] = ""
        row["reason"] = reasons.get(row["id"], "")


@cache
def _profiles_address() -> str:
    return reverse("accounts:profile", args=["x"]).removesuffix("x/")


def mentioned_people(rows: list[dict[str, Any]], user: User | AnonymousUser) -> dict[str, tuple[str, str]]:
    """Whom the posts call and this reader may see: handle to name and address. No query where nobody is called."""
    if not (user.is_authenticated and user.is_member):
        return {}
    handles = {
        found.lower().rstrip(".-_") for row in rows if "@" in row["html"] for found in _CALLED.findall(row["html"])
    }
    if not handles:
        return {}
    people = User.objects.visible_to(user).filter(handle__in=handles).values_list("handle", "display_name")
    return {handle: (name, f"{_profiles_address()}{handle}/") for handle, name in people}
