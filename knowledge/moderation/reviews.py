"""What of the library waits on the moderator's desk: pages to be read before they are published, late reviews."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.actions.checking import waiting_states
from knowledge.actions.reviews import due_first
from knowledge.models import ResourcePage
from moderation.registry import DeskItem, register_queue

if TYPE_CHECKING:
    from accounts.models import User

MOST_WAITING = 20


def to_be_read(user: User) -> list[DeskItem]:
    """Resources in Wagtail's workflow, the longest waiting first."""
    return [
        DeskItem(
            title=page.draft_title,
            text=state.current_task_state.task.name,
            url=reverse("resource_check", args=[page.pk]),
            who=state.requested_by.display_name if state.requested_by else _("Somebody who has left"),
            when=state.created_at,
        )
        for state, page in waiting_states(MOST_WAITING)
    ]


def late(user: User) -> list[DeskItem]:
    """Reviews that are due, of this person's resources and of those that nobody looks after."""
    today = timezone.localdate()
    pages = ResourcePage.objects.live().filter(review_by__lte=today)
    mine = pages.filter(owner=user) | pages.filter(owner=None)
    rows = mine.order_by(*due_first()).only("title", "review_by", "summary", "owner")[:MOST_WAITING]
    return [
        DeskItem(
            title=page.title,
            text="",
            url=f"{reverse('looking_after')}?show=due",
            who=_("You look after it") if page.owner_id else _("Nobody looks after it"),
            when=timezone.make_aware(dt.datetime.combine(page.review_by, dt.time())),
        )
        for page in rows
        if page.review_by
    ]


def register_all() -> None:
    register_queue("to-be-read", gettext_lazy("To be read before it is published"), items=to_be_read)
    register_queue("reviews", gettext_lazy("Review due"), items=late)
