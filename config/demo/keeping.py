"""How a moderator looks after the demo: an assessment that is kept, a warning, and new words of a profile that wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.models import MODERATOR, ProfileChange, User
from moderation import actions
from moderation.models import Assessment, Decision, Report
from moderation.screening import screen

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
WAITS_FOR = "sean-mulvaney"
WAITING = "Dad of Finn Mulvaney, 4, who has a cleft palate and a big laugh. Ask me about feeding teats."
WHY = "He is my own son, and I would like other parents to find me."


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
    _ask_to_say(people[WAITS_FOR])
    yield "words that wait"


def _ask_to_say(person: User) -> None:
    """Once: what a parent would like to say about himself names a child, so a moderator looks at it first."""
    if person.profile_changes.exists():
        return
    change = ProfileChange.objects.create(person=person, display_name=person.display_name, about_source=WAITING)
    found = tuple(each.kind for each in screen(WAITING))
    actions.hold(subject=change, hold=actions.Hold(WHY, found))


def remove() -> None:
    about = {
        "content_type": ContentType.objects.get_for_model(ProfileChange),
        "object_id__in": list(ProfileChange.objects.filter(person__is_demo=True).values_list("pk", flat=True)),
    }
    Decision.objects.filter(**about).delete()
    Report.objects.filter(**about).delete()
    Assessment.objects.filter(signed_by=SIGNED).delete()
    Decision.objects.filter(reason=WARNING, author__is_demo=True).delete()
