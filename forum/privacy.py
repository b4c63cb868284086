"""What the forum holds about a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from accounts import privacy
from accounts.models import User
from forum.actions import erase_attachments_of, hand_on_circles
from forum.models import (
    Attachment,
    CircleVisit,
    Draft,
    FeedKey,
    Follow,
    PollVote,
    Post,
    Reaction,
    SavedPost,
    SpaceMembership,
    Thread,
)

Rows = Iterable[Mapping[str, Any]]
ASKED = {"question": "poll__question", "answer": "option__text"}


def _told(person: User, words: str, thread: str = "thread") -> Case:
    """Others' words beside somebody's own: as far as they may still read them, and not from reflective spaces."""
    seen = Thread.objects.visible_to(person).filter(space__is_reflective=False)
    return Case(When(**{f"{thread}__in": seen.values("pk")}, then=F(words)), default=Value(""))


def posts(person: User) -> Rows:
    """Their own words, wherever they stand: also in spaces that they have left, and hidden ones."""
    rows = Post.objects.written_by(person).order_by("pk").annotate(thread_title=_told(person, "thread__title"))
    columns = ("pk", "thread_title", "source", "created_at", "edited_at", "is_nameless")
    for post in rows.values(*columns).iterator(chunk_size=500):
        yield {"url": settings.BASE_URL + reverse("forum:post", args=[post["pk"]]), **post}


def threads(person: User) -> Rows:
    openings = Post.objects.written_by(person).filter(number=1)
    rows = Thread.objects.filter(Q(author=person) | Q(pk__in=openings.values("thread"))).order_by("pk")
    return rows.values("pk", "title", "kind", "created_at", "is_nameless")


def drafts(person: User) -> Rows:
    return Draft.objects.filter(person=person).order_by("pk").values("key", "fields")


def follows(person: User) -> Rows:
    rows = Follow.objects.filter(person=person).order_by("pk").annotate(thread_title=_told(person, "thread__title"))
    return rows.values("thread", "thread_title", "created_at")


def spaces(person: User) -> Rows:
    rows = SpaceMembership.objects.filter(person=person).order_by("pk")
    return rows.values("space__name", "state", "is_keeper", "is_named", "message")


def reactions(person: User) -> Rows:
    return Reaction.objects.filter(person=person).order_by("pk").values("post", "kind")


def votes(person: User) -> Rows:
    """In polls that are open about it; of anonymous ones not even this says what somebody chose."""
    rows = PollVote.objects.filter(person=person).order_by("pk")
    told = {name: _told(person, words, "poll__post__thread") for name, words in ASKED.items()}
    return rows.annotate(**told).values("poll", *told)


def saved(person: User) -> Rows:
    return SavedPost.objects.filter(person=person).order_by("pk").values("post", "remind_at", "created_at")


def feed(person: User) -> Rows:
    return FeedKey.objects.filter(person=person).values("key", "created_at")


def attachments(person: User) -> Rows:
    """What they added to posts, with the address where they, and only who reads the post, find it."""
    rows = Attachment.objects.filter(uploader=person).select_related("image", "document").order_by("pk")
    for row in rows:
        path = reverse("files:sized", args=[row.image_id, "photo"]) if row.image_id else row.document.url  # type: ignore[union-attr]
        yield {
            "url": settings.BASE_URL + path,
            "post": row.post_id,
            "text": row.text,
            "people": row.people,
            "created_at": row.created_at,
        }


def visits(person: User) -> Rows:
    """Of a moderator, to reflective spaces."""
    return CircleVisit.objects.filter(moderator=person).order_by("pk").values("reference", "reason", "created_at")


def register_all() -> None:
    privacy.before_leaving(erase_attachments_of)
    privacy.before_leaving(lambda person: hand_on_circles(person=person))
    for name, rows in {
        "threads": threads,
        "posts": posts,
        "attachments": attachments,
        "drafts": drafts,
        "follows": follows,
        "spaces": spaces,
        "reactions": reactions,
        "votes": votes,
        "saved": saved,
        "visits": visits,
        "feed": feed,
    }.items():
        privacy.register(name, rows)
