"""What of the library waits on the moderator's desk: pages to read, late reviews, words to change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from knowledge.actions.checking import waiting_states
from knowledge.models import LivedExperience, ResourcePage
from moderation.registry import DeskItem, Urgency, register_queue

if TYPE_CHECKING:
    from accounts.models import User

MOST_WAITING = 20
MOST_COUNTED = 100
MOST_NAMED = 5


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
    """One line for all reviews that are due of this person's resources, and of those that nobody looks after."""
    pages = ResourcePage.objects.live().filter(Q(owner=user) | Q(owner=None), review_by__lte=timezone.localdate())
    rows = list(pages.order_by("review_by", "pk").values_list("title", "review_by")[:MOST_COUNTED])
    if not rows:
        return []
    title = ngettext("%(n)d resource is to be reviewed", "%(n)d resources are to be reviewed", len(rows))
    return [
        DeskItem(
            title=title % {"n": len(rows)},
            text="; ".join(title for title, _day in rows[:MOST_NAMED]),
            url=reverse("looking_after"),
            who=_("Resources to look after"),
            when=timezone.make_aware(dt.datetime.combine(rows[0][1], dt.time())),
        )
    ]


def other_words(user: User) -> list[DeskItem]:
    """What contributors of lived experience would like to be put otherwise."""
    rows = LivedExperience.objects.visible_to(user).exclude(wish="").select_related("page", "contributor")
    return [
        DeskItem(
            title=row.page.title,
            text=_("It is about them: change the words, and they are asked again."),
            url=reverse("change_experience", args=[row.page_id, row.pk]),
            who=row.contributor.display_name if row.contributor else _("Somebody who has left"),
            when=row.created_at,
            urgency=Urgency.THIS_WEEK,
        )
        for row in rows.order_by("pk")[:MOST_WAITING]
    ]


def register_all() -> None:
    register_queue("to-be-read", gettext_lazy("To be read before it is published"), items=to_be_read)
    register_queue("reviews", gettext_lazy("Review due"), items=late)
    register_queue("other-words", gettext_lazy("Other words about lived experience"), items=other_words)
