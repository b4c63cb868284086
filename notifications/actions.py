"""Telling people: an event is written with what happened, the worker works out who hears of it and how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from notifications import kinds, reading
from notifications.kinds import Kind
from notifications.models import Channel, Event, Notification, Preference
from outbox.actions import enqueue, enqueue_all
from outbox.handlers import SetAside
from outbox.models import Job

EXPAND, MAIL, RECHECK = "notify", "notify-mail", "notify-recheck"
PEOPLE_AT_ONCE = 500
RECHECKED_AT_ONCE = 1000
KEPT = dt.timedelta(days=180)


def announce(*, kind: str, actor: User | None, subject: Model, data: dict[str, Any] | None = None) -> Event:
    """Write one event in the caller's transaction. ValueError for a kind that no room registered."""
    if kinds.get(kind) is None:
        raise ValueError(f"No room registered notifications of the kind {kind!r}.")
    event = Event(kind=kind, actor=actor, data=data or {})
    event.subject = subject
    event.save(force_insert=True)
    enqueue(EXPAND, payload={"event": event.pk}, subject=f"event:{event.pk}")
    return event


def expand(jobs: list[Job]) -> None:
    """The outbox's handler: from one event to each person who is to hear of it. Doing it twice tells nobody twice."""
    for job in jobs:
        event = Event.objects.select_related("actor").filter(pk=job.payload["event"], expanded_at=None).first()
        if event is not None:
            _expand(event)


def _expand(event: Event) -> None:
    kind = kinds.get(event.kind)
    if kind is None:
        raise SetAside("No room knows this kind of message any more.")
    wanted: list[tuple[int, str]] = []
    if event.subject is not None:
        ids = sorted(set(kind.audience(event)) - {event.actor_id})
        for start in range(0, len(ids), PEOPLE_AT_ONCE):
            wanted += _who_wants(kind, event, ids[start : start + PEOPLE_AT_ONCE])
    # Who hears was worked out before the transaction: on SQLite it holds up every other writer.
    with transaction.atomic():
        rows = [Notification(event=event, person_id=person, channel=channel) for person, channel in wanted]
        Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        unsent = event.notifications.filter(channel=Channel.EMAIL, sent_at=None).values_list("pk", flat=True)
        enqueue_all(MAIL, {f"{MAIL}:{pk}": {"notification": pk} for pk in unsent})
        Event.objects.filter(pk=event.pk).update(expanded_at=timezone.now())


def _who_wants(kind: Kind, event: Event, ids: list[int]) -> list[tuple[int, str]]:
    choices = choices_of(ids, [kind])
    found = []
    for person in User.objects.filter(pk__in=ids, is_active=True):
        channels = [channel for channel in Channel.values if choices[person.pk, kind.key, channel]]
        if channels and reading.describe(event, person) is not None:
            found += [(person.pk, channel) for channel in channels]
    return found


def choices_of(people: Iterable[int], about: Iterable[Kind]) -> dict[tuple[int, str, str], bool]:
    """By person, kind and channel, whether they want to be told: what they chose, else the kind's default."""
    ids, keys = list(people), {kind.key: kind for kind in about}
    found = {}
    for key, kind in keys.items():
        for person in ids:
            found[person, key, Channel.INBOX.value] = kind.inbox
            found[person, key, Channel.EMAIL.value] = kind.email
    for row in Preference.objects.filter(person__in=ids, kind__in=keys):
        found[row.person_id, row.kind, row.channel] = row.wanted
    return found


def choose(*, person: User, choices: dict[tuple[str, str], bool]) -> None:
    """Keep what the person wants, by kind and channel."""
    rows = [
        Preference(person=person, kind=kind, channel=channel, wanted=wanted)
        for (kind, channel), wanted in choices.items()
    ]
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind", "channel"], update_fields=["wanted"]
    )


def mark_read_for(user: User | AnonymousUser, *subjects: Model) -> int:
    """The person has these things before them: what told them of these is read. One statement."""
    if not user.is_authenticated or not subjects:
        return 0
    return Notification.objects.inbox_of(user).about(list(subjects)).mark_read()


def settle(*subjects: Model) -> int:
    """What asked somebody to do something about these rows is done: nobody's inbox counts it any more."""
    return Notification.objects.filter(channel=Channel.INBOX).about(list(subjects)).mark_read()


def recheck_for(user: User) -> None:
    """Call when a person loses the right to see something (they left a space): takes what they may not see away."""
    enqueue(RECHECK, payload={"person": user.pk}, subject=f"person:{user.pk}")


def recheck(jobs: list[Job]) -> None:
    """The outbox's handler for `recheck_for`."""
    for job in jobs:
        rows = Notification.objects.filter(person_id=job.payload["person"], channel=Channel.INBOX).unread()
        _withdraw_unseen(rows.order_by("-pk")[:RECHECKED_AT_ONCE])


def sweep() -> None:
    """Goes round all unread lines, the longest unchecked first, a bounded number at a time; forgets very old ones."""
    unread = Notification.objects.filter(channel=Channel.INBOX).unread()
    _withdraw_unseen(unread.order_by("checked_at")[:RECHECKED_AT_ONCE])
    Notification.objects.older_than(KEPT).delete()
    Event.objects.filter(created_at__lt=timezone.now() - KEPT, notifications=None).delete()


def _withdraw_unseen(rows: Any) -> None:
    by_person: dict[User, list[Notification]] = {}
    for row in rows.select_related("event", "person"):
        by_person.setdefault(row.person, []).append(row)
    for person, lines in by_person.items():
        seen = {item.notification.pk for item in reading.items_for(lines, person)} if person.is_active else set()
        unseen = [line.pk for line in lines if line.pk not in seen]
        Notification.objects.filter(pk__in=unseen).delete()
        Notification.objects.filter(pk__in=seen).update(checked_at=timezone.now())
