"""What the timer has done for webinars."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from events import actions, notifications
from events.models import Session, WebinarPage
from outbox.actions import enqueue
from outbox.models import Job

KIND = "webinar-reminder"
HOUR = dt.timedelta(hours=1)
# What is reminded of, and how long before at the latest and at the earliest: after a pause of the worker nobody
# is told "tomorrow" of what begins in a minute.
REMINDERS = {"day": (2 * HOUR, 24 * HOUR), "hour": (0 * HOUR, HOUR)}


def plan_reminders() -> None:
    """One job for each session and reminder. The key holds the start, so that a session that moved is told anew."""
    now = timezone.now()
    published = WebinarPage.objects.live().order_by().values("pk")
    for name, (latest, earliest) in REMINDERS.items():
        sessions = Session.objects.filter(
            page__in=published, is_cancelled=False, starts_at__gt=now + latest, starts_at__lte=now + earliest
        )
        for pk, starts_at in sessions.values_list("pk", "starts_at"):
            key = f"{KIND}:{pk}:{name}:{int(starts_at.timestamp())}"
            enqueue(KIND, key=key, payload={"session": pk})


def send_reminders(jobs: list[Job]) -> None:
    """The outbox's handler."""
    for job in jobs:
        with transaction.atomic():
            session = Session.objects.filter(pk=job.payload["session"], starts_at__gt=timezone.now()).first()
            if session and not session.is_cancelled:
                notifications.remind(session)


def keep_order() -> None:
    """Once a day: free the places of people who left, forget old registrations."""
    actions.put_counts_right()
    actions.forget_registrations()
