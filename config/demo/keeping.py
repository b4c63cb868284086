"""How a moderator looks after the demo: one assessment that is kept, and a warning to somebody invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from accounts.models import MODERATOR, User
from moderation import actions
from moderation.models import Assessment, Decision

SIGNED = "Invented for this demonstration"
ANSWERS = {
    "can": "yes",
    "can_why": "Anybody can read public spaces and the library. Members say that they are 16; nothing checks it.",
    "many": "no",
    "many_why": "Members join through their work, as volunteers and as parents. None has said that they are under 18.",
    "attract": "no",
    "attract_why": "It is about early years practice, written for grown-ups who work with families.",
    "result": "no",
    "next": "Look at it again in a year, and before anything is added that young people might come for.",
}
WARNING = "Please do not advertise here. Your course belongs under Webinars, if its host agrees."


def load(people: dict[str, User]) -> Iterator[str]:
    """Once; the warning goes to the last of the invented people without rights of their own."""
    moderator = next(each for each in people.values() if MODERATOR in each.rights)
    if not Assessment.objects.filter(signed_by=SIGNED).exists():
        day = timezone.localdate() + dt.timedelta(days=300)
        actions.assess(kind="access", answers=ANSWERS, signed_by=SIGNED, review_by=day, actor=moderator)
    yield "assessment"
    last_first = (each for _key, each in sorted(people.items(), reverse=True))
    warned = next(each for each in last_first if not (each.is_moderator or each.is_editor))
    if not Decision.objects.about(warned).exists():
        actions.warn(subject=warned, actor=moderator, reason=WARNING, seen=actions.Seen())
    yield "warning"


def remove() -> None:
    Assessment.objects.filter(signed_by=SIGNED).delete()
    Decision.objects.filter(reason=WARNING, author__is_demo=True).delete()
