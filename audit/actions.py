"""Writing to the audit log."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from audit.models import Entry, Retention

# Ids, slugs, dates, states. Anything with a space or an @ is somebody's name, text or address.
VALUE = re.compile(r"[\w.:,+/-]{0,80}\Z")


def record(
    *,
    actor: AbstractBaseUser | AnonymousUser | None,
    verb: str,
    subject: Model | None = None,
    detail: dict[str, Any] | None = None,
) -> Entry:
    """Write one line, in the caller's transaction. `actor` None is the site itself.

    `detail` holds ids, slugs, numbers and dates only: ValueError for anything that could be a name or a text.
    """
    detail = detail or {}
    for name, value in detail.items():
        _require_plain(name, value)
    return Entry.objects.create(
        actor_id=actor.pk if actor else None,
        actor_roles=_roles(actor),
        verb=verb,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        detail=detail,
    )


def forget(*, before: dt.datetime, reason: str) -> int:
    """The one way to shorten the log: entries from before that moment go, and a line says so. Returns how many.

    ValueError for a moment that is not past, or without a reason. The reason names nobody.
    """
    if before >= timezone.now():
        raise ValueError("Only what is past can be forgotten.")
    if not reason.strip():
        raise ValueError("Give a reason.")
    with transaction.atomic():
        gate = Retention.objects.create(before=before)
        rows = Entry.objects.filter(at__lt=before).delete()[0]
        gate.delete()
        detail = {"before": before.isoformat(), "rows": rows, "reason": reason.strip()[:200]}
        Entry.objects.create(actor_id=None, verb="audit.forget", subject_kind="audit.entry", detail=detail)
    return rows


def _require_plain(name: str, value: Any) -> None:
    if isinstance(value, (list, tuple)):
        for part in value:
            _require_plain(name, part)
    elif isinstance(value, str) and not VALUE.match(value):
        raise ValueError(f"audit detail {name!r}: ids, slugs, numbers and dates only, no names and no text.")
    elif not isinstance(value, (str, int, float, type(None))):
        raise ValueError(f"audit detail {name!r}: {type(value).__name__} is not a plain value.")


def _roles(actor: Any) -> str:
    """The actor's groups at that moment, sorted."""
    if actor is None or not actor.pk:
        return ""
    names = set(actor.groups.values_list("name", flat=True))
    if actor.is_superuser:
        names.add("superuser")
    return ",".join(sorted(names))[:80]
