"""The summary by e-mail: what is new where somebody follows, in the morning where they are, once, and never empty.

A timer finds the time zones in which it is morning; each is worked through in batches, one job of the outbox a batch.
A batch writes its e-mails, the note that they are written, and the job of the next batch in one transaction, so that
nobody hears twice and nothing is lost whenever a worker dies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MEMBER, User
from notifications import mail
from notifications.models import Digest, DigestChoice
from outbox.actions import enqueue
from outbox.models import Job

KIND = "digests"
LABEL = gettext_lazy("the summary of what is new")
Frequency = DigestChoice.Frequency
# Most people are not here every day; one e-mail a week is what tells them that something waits for them.
DEFAULT = Frequency.WEEKLY
TUESDAY = 1
MORNING, EVENING = dt.time(7, 30), dt.time(20)
PEOPLE_AT_ONCE = 250
KEPT = dt.timedelta(days=60)


@dataclass(frozen=True)
class Window:
    """What a summary is about: from the last one until this morning, in the time zone of its readers."""

    since: dt.datetime
    until: dt.datetime

    def longer(self, times: int) -> dt.datetime:
        """When a window would begin that is so many times as long."""
        return self.until - times * (self.until - self.since)


@dataclass(frozen=True)
class Line:
    """One thing that is new. Of what not everybody on the internet may read, the title is none of its own words
    (`is_public` is false then, and the subject of the e-mail leaves it out); without any title it is only counted."""

    title: str = ""
    url: str = ""
    text: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class Section:
    """One part of a summary. `lines(people, window)` gives each person's lines by their number, with as many queries
    for a hundred people as for one, and only of what each may see. `more` is where to read what has no title."""

    title: str | Promise
    lines: Callable[[list[User], Window], dict[int, list[Line]]]
    more: Callable[[], str] = lambda: "/"


_sections: dict[int, Section] = {}


def register(position: int, section: Section) -> None:
    """Make a section part of every summary, at this place among the others."""
    _sections[position] = section


def choice_of(person: User) -> str:
    return DigestChoice.objects.filter(person=person).values_list("frequency", flat=True).first() or DEFAULT


def choose(*, person: User, frequency: str) -> None:
    DigestChoice.objects.update_or_create(person=person, defaults={"frequency": frequency})


def start_due() -> None:
    """The timer's part: where it is morning, and no summary of this morning has been begun."""
    now = timezone.now()
    for name in _zones():
        local = now.astimezone(ZoneInfo(name))
        if not MORNING <= local.time() < EVENING:
            continue
        frequencies = [Frequency.DAILY, *([Frequency.WEEKLY] if local.weekday() == TUESDAY else [])]
        for frequency in frequencies:
            payload = {"frequency": frequency, "zone": name, "day": local.date().isoformat(), "after": 0}
            enqueue_batch(payload)
    Digest.objects.filter(day__lt=(now - KEPT).date()).delete()


def _zones() -> list[str]:
    return list(User.objects.filter(is_active=True).order_by().values_list("time_zone", flat=True).distinct())


def enqueue_batch(payload: dict[str, Any]) -> None:
    """One job for each batch, however often it is asked for."""
    key = ":".join([KIND, *(str(value) for value in payload.values())])
    enqueue(KIND, payload=payload, key=key)


def send(jobs: list[Job]) -> None:
    """The outbox's handler: one batch of people, and the job of the next."""
    for job in jobs:
        _send_batch(**job.payload)


def _send_batch(*, frequency: str, zone: str, day: str, after: int) -> None:
    today = dt.date.fromisoformat(day)
    found = list(_people(frequency, zone).filter(pk__gt=after).order_by("pk")[:PEOPLE_AT_ONCE])
    if not found:
        return
    told = set(Digest.objects.filter(day=today, person__in=found).values_list("person", flat=True))
    people = [person for person in found if person.pk not in told]
    until = dt.datetime.combine(today, MORNING, ZoneInfo(zone))
    window = Window(until - dt.timedelta(days=1 if frequency == Frequency.DAILY else 7), until)
    messages = _messages(people, window) if people else {}
    with transaction.atomic():
        # Refused as a whole where another worker wrote one of them meanwhile; the batch is then built anew.
        Digest.objects.bulk_create(Digest(person_id=pk, day=today) for pk in messages)
        if messages:
            get_connection().send_messages(list(messages.values()))
        enqueue_batch({"frequency": frequency, "zone": zone, "day": day, "after": found[-1].pk})


def _people(frequency: str, zone: str) -> QuerySet[User]:
    chosen = DigestChoice.objects.filter(person=OuterRef("pk"))
    wants = Q(Exists(chosen.filter(frequency=frequency)))
    if frequency == DEFAULT:
        wants |= ~Q(Exists(chosen))
    people = User.objects.filter(wants, is_active=True, time_zone=zone)
    return people.filter(Exists(User.groups.through.objects.filter(user=OuterRef("pk"), group__name=MEMBER)))


def _messages(people: list[User], window: Window) -> dict[int, Any]:
    """By person, the e-mail; none for those for whom nothing is new."""
    parts = [(section, section.lines(people, window)) for _place, section in sorted(_sections.items())]
    written = {}
    for person in people:
        sections = [_part(section, lines[person.pk]) for section, lines in parts if lines.get(person.pk)]
        if sections:
            written[person.pk] = mail.compose(
                person, key=KIND, subject=_subject(sections), template="digest", context={"sections": sections}
            )
    return written


def _part(section: Section, lines: list[Line]) -> dict[str, Any]:
    return {
        "title": section.title,
        "lines": [line for line in lines if line.title],
        "more": sum(not line.title for line in lines),
        "more_url": mail.absolute(section.more()),
    }


def _subject(sections: list[dict[str, Any]]) -> str:
    """The first thing in it, if anybody on the internet may read that."""
    titles = [line.title for section in sections for line in section["lines"] if line.is_public]
    return _("New: %(title)s") % {"title": titles[0]} if titles else _("What is new for you")
