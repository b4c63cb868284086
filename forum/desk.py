"""What of the forum waits on the moderator's desk: first posts, and people who ask to join."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Post, SpaceMembership
from moderation.models import Decision, Report
from moderation.registry import DeskItem, Urgency, register_queue
from moderation.trust import LOOKED_AT

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

MOST_WAITING = 50
FIRST_POSTS_FOR = dt.timedelta(days=14)


def first_posts(user: User) -> list[DeskItem]:
    """What new people posted and no moderator has looked at, the longest waiting first.

    Of posts without a name too; that their authors are new is all that is said of them.
    """
    signed, nameless = _first_posts_of(user, "author"), _first_posts_of(user, "nameless__person")
    found = sorted([*signed.select_related("author"), *nameless], key=lambda post: post.pk)[:MOST_WAITING]
    return [
        DeskItem(
            title=_("By somebody new: %(title)s") % {"title": post.thread.title},
            text=post.source,
            url=reverse("moderation:thing", args=["post", post.pk]),
            who=post.author.display_name if post.author else str(_("A member")),
            when=post.created_at,
        )
        for post in found
    ]


def _first_posts_of(user: User, writer: str) -> QuerySet[Post]:
    since = timezone.now() - FIRST_POSTS_FOR
    about = {"content_type": ContentType.objects.get_for_model(Post), "object_id": OuterRef("pk")}
    looked_at, reported = Decision.objects.filter(**about), Report.objects.ordinary().filter(**about)
    rows = Post.objects.visible_to(user).filter(
        ~Exists(looked_at),
        ~Exists(reported),
        created_at__gte=since,
        hidden_at=None,
        thread__hidden_at=None,
        **{f"{writer}__date_joined__gte": since, f"{writer}__trust__in": LOOKED_AT},
    )
    return rows.exclude(**{writer: user}).select_related("thread").order_by("pk")[:MOST_WAITING]


def people_asking(user: User) -> list[DeskItem]:
    """Those who would like to join a space, the longest waiting first."""
    asked = SpaceMembership.objects.visible_to(user).filter(state=SpaceMembership.State.ASKED)
    rows = asked.select_related("space", "person").order_by("id")[:MOST_WAITING]
    return [
        DeskItem(
            title=_("Join request: %(space)s") % {"space": row.space.name},
            text=row.message,
            url=reverse("forum:people", args=[row.space.slug]),
            who=row.person.display_name,
            when=row.created_at,
            urgency=Urgency.THIS_WEEK,
        )
        for row in rows
    ]


def register_all() -> None:
    register_queue("first-posts", _("First posts"), items=first_posts)
    register_queue("join-requests", _("People who ask to join"), items=people_asking)
