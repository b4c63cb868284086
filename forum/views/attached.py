"""The photos and files beneath the posts of a page, as plain values, and those of one form."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse

from forum.models import Attachment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

THUMBNAIL = 480
WAITS = dict(Attachment.Wait.choices)


class Shown(NamedTuple):
    """A photo or a file as a reader sees it. `waits`, `is_hidden`: only its author and moderators see it yet.

    `asks`: its author has to say what it shows.
    """

    key: int
    is_photo: bool
    url: str
    text: str
    waits: str
    asks: bool
    is_hidden: bool
    is_mine: bool
    thumbnail: str = ""
    width: int = 0
    height: int = 0
    kind: str = ""
    size: int = 0


def add_attachments(rows: list[dict[str, Any]], user: User | AnonymousUser) -> None:
    """To the rows of a page that have any: what this reader may see of them. One query."""
    posts = [row["id"] for row in rows if row["attachment_count"] and row["html"]]
    by_post: dict[int, list[Shown]] = {}
    me, is_moderator = user.pk, user.is_authenticated and user.is_moderator
    for row in _rows(posts):
        is_mine = me is not None and row["uploader"] == me
        is_shown = row["hidden_at"] is None and not row["waits_for"]
        if is_shown or is_mine or is_moderator:
            by_post.setdefault(row["post"], []).append(_shown(row, is_mine))
    for post in rows:
        post["attachments"] = tuple(by_post.get(post["id"], ()))


def _rows(posts: list[int]) -> Any:
    found = Attachment.objects.filter(post__in=posts, removed_at=None)
    return found.values(
        "pk", "post", "uploader", "image", "document", "text", "hidden_at", "waits_for",
        "image__width", "image__height", "document__file", "document__file_size",
    )  # fmt: skip


def _shown(row: dict[str, Any], is_mine: bool) -> Shown:
    common = {
        "key": row["pk"],
        "text": row["text"],
        "waits": str(WAITS.get(row["waits_for"], "")),
        "asks": is_mine and row["waits_for"] == Attachment.Wait.ANSWERS,
        "is_hidden": bool(row["hidden_at"]),
        "is_mine": is_mine,
    }
    if row["image"]:
        share = min(1.0, THUMBNAIL / max(row["image__width"], row["image__height"], 1))
        base = _images().replace("/0/", f"/{row['image']}/")
        return Shown(
            **common,
            is_photo=True,
            url=f"{base}photo/",
            thumbnail=f"{base}thumbnail/",
            width=round(row["image__width"] * share),
            height=round(row["image__height"] * share),
        )
    name = PurePosixPath(row["document__file"]).name
    return Shown(
        **common,
        is_photo=False,
        url=reverse("files:document", args=[row["document"], name]),
        kind=PurePosixPath(name).suffix.lstrip(".").upper(),
        size=row["document__file_size"] or 0,
    )


@cache
def _images() -> str:
    """Everything of a picture's address but its number and size: pages ask for it for each photo."""
    return reverse("files:sized", args=[0, "photo"]).removesuffix("photo/")
