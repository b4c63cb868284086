"""Suggestions on the moderator's desk, beside reports."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.models import Suggestion
from moderation.registry import DeskItem, Urgency, register_queue

if TYPE_CHECKING:
    from accounts.models import User

MOST_WAITING = 50
PATIENCE = dt.timedelta(days=7)


def waiting(user: User) -> list[DeskItem]:
    """The longest waiting first; after a week they are for this week."""
    rows = Suggestion.objects.visible_to(user).waiting().select_related("person").order_by("changed_at", "pk")
    late = timezone.now() - PATIENCE
    return [
        DeskItem(
            title=row.title,
            text=row.reason,
            url=row.get_absolute_url(),
            who=row.person.display_name if row.person else _("Somebody who has left"),
            when=row.changed_at,
            urgency=Urgency.THIS_WEEK if row.changed_at < late else Urgency.CAN_WAIT,
        )
        for row in rows[:MOST_WAITING]
    ]


def register_all() -> None:
    register_queue("suggestions", gettext_lazy("Suggestions for the library"), items=waiting)
