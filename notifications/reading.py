"""What people may see of what they are told: every line is described anew, for its reader, when it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import Page

from accounts.models import User
from notifications import kinds
from notifications.kinds import Description, Kind
from notifications.models import Event, Notification
from web.privacy import pages_visible_to


@dataclass(frozen=True)
class Item:
    """One line of an inbox."""

    notification: Notification
    kind: Kind
    description: Description

    # Older unread ones about the same thing (a thread, somebody's resources), shown with it.
    others: tuple[Item, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.notification.read_at is None

    @property
    def title(self) -> str:
        return str(self.kind.together) if self.others and self.kind.together else self.description.title

    @property
    def numbers(self) -> str:
        """What the button that marks it as read sends."""
        return ",".join(str(item.notification.pk) for item in (self, *self.others))


def bundled(items: Iterable[Item]) -> list[Item]:
    """Unread lines about one thing as one, where the newest stands, as e-mails about them are one too."""
    together: dict[object, list[Item]] = {}
    for item in items:
        number = item.notification.event.data.get(item.kind.bundle) if item.kind.bundle and item.is_new else None
        key = item.notification.pk if number is None else (item.kind.key, number)
        together.setdefault(key, []).append(item)
    return [replace(first, others=tuple(others)) for first, *others in together.values()]


def describe(event: Event, person: User) -> Description | None:
    """What `person` may see of one event; None if nothing."""
    return _describe_all([event], person).get(event.pk)


def items_for(notifications: Iterable[Notification], person: User) -> list[Item]:
    """Those lines that the person may still see, in the same order.

    The events must be loaded with the notifications. Costs a query or two for each model that they are about, and
    none for a line, as long as the kinds' own `describe` asks none.
    """
    rows = list(notifications)
    found = _describe_all([row.event for row in rows], person)
    return [
        Item(row, kinds.get(row.event.kind), found[row.event_id])  # type: ignore[arg-type]
        for row in rows
        if row.event_id in found
    ]


def _describe_all(events: list[Event], person: User) -> dict[int, Description]:
    known = [event for event in events if kinds.get(event.kind)]
    subjects = _load_subjects(known, person)
    found: dict[int, Description] = {}
    together: dict[str, list[Event]] = defaultdict(list)
    for event in known:
        subject = subjects.get((event.kind, event.content_type_id, event.object_id))
        if subject is None:
            continue
        event.subject = subject
        kind = cast(Kind, kinds.get(event.kind))
        if kind.describe_all:
            together[kind.key].append(event)
        elif description := kind.describe(event, person):
            found[event.pk] = description
    for key, several in together.items():
        found |= kinds.get(key).describe_all(several, person)  # type: ignore[union-attr,misc]
    return found


def _load_subjects(events: list[Event], person: User) -> dict[tuple[str, int, int], Model]:
    """By kind, model and id, what the person may see. One query for each kind and model."""
    wanted: dict[tuple[str, int], set[int]] = defaultdict(set)
    for event in events:
        wanted[event.kind, event.content_type_id].add(event.object_id)
    found: dict[tuple[str, int, int], Model] = {}
    for (key, content_type_id), ids in wanted.items():
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is None:
            continue
        visible = _visible(model, person).filter(pk__in=ids)
        prepare = kinds.get(key).prepare  # type: ignore[union-attr]
        for subject in prepare(visible) if prepare else visible:
            found[key, content_type_id, subject.pk] = subject
    return found


def _visible(model: type[Model], person: User) -> Any:
    if issubclass(model, Page):
        return pages_visible_to(model._default_manager.all(), person)
    rows = model._default_manager.all()
    return rows.visible_to(person) if hasattr(rows, "visible_to") else rows
