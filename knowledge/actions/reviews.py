"""Until when a resource is right: dates, reminders, and the word of somebody who read it again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from audit.actions import record
from knowledge.models import ResourcePage, Review, ReviewReminder
from knowledge.models.kinds import Kind
from notifications.actions import announce, settle

if TYPE_CHECKING:
    from accounts.models import User

DUE = "review_due"
EVERY = dt.timedelta(days=365)
OFTENER = {Kind.LEGAL.value: dt.timedelta(days=182)}
# After the date, the latest first: whoever was away gets one reminder, not three.
STAGES = (30, 0, -30)
MOST_AT_ONCE = 200
MOST_A_WEEK = 5
MOST_WEEKS = 520


def next_date(kind: str, today: dt.date) -> dt.date:
    """When something of this kind is read again: after half a year for the law, after a year for the rest."""
    return today + OFTENER.get(kind, EVERY)


def set_on_page(page: ResourcePage, **fields: Any) -> None:
    """Write columns into the row and into the newest revision: what is published next must not take them back."""
    ResourcePage.objects.filter(pk=page.pk).update(**fields)
    revision = page.get_latest_revision()
    if revision is not None:
        # As revisions hold columns: related rows by number, dates as text.
        plain = {name: getattr(value, "pk", value) for name, value in fields.items()}
        revision.content = revision.content | plain
        revision.save(update_fields=["content"])
    for name, value in fields.items():
        setattr(page, name, value)


@transaction.atomic
def review(*, page: ResourcePage, actor: User) -> Review:
    """Somebody read it and it is still right. A second click on one day is the same review."""
    page = ResourcePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    today = timezone.localdate()
    made, is_new = Review.objects.get_or_create(
        page=page,
        reviewer=actor,
        reviewed_on=today,
        defaults={"was_due_on": page.review_by, "next_due_on": next_date(page.kind, today)},
    )
    if is_new:
        set_on_page(page, review_by=made.next_due_on)
        settle(*page.reminders.all())
        record(actor=actor, verb="resource.reviewed", subject=page, detail={"next": made.next_due_on.isoformat()})
    return made


def set_first_date(*, page: ResourcePage) -> None:
    """What is published without a date gets one, in a week in which its owner has not too much to read."""
    if page.review_by is not None:
        return
    day = next_date(page.kind, timezone.localdate())
    set_on_page(page, review_by=spread_reviews(1, owner=page.owner, start=day)[0] if page.owner else day)


@transaction.atomic
def look_after(*, page: ResourcePage, actor: User) -> None:
    """The actor takes it upon themselves."""
    ResourcePage.objects.filter(pk=page.pk).update(owner=actor)
    record(actor=actor, verb="resource.owner", subject=page)


def remind() -> None:
    """Reminders that are due and did not go out yet; asking again sends nothing twice. The timer's."""
    today = timezone.localdate()
    room = MOST_AT_ONCE
    for days in STAGES:
        for page in _to_remind_of(today, days)[:room]:
            _remind(page, days)
            room -= 1


def _to_remind_of(today: dt.date, days: int) -> Any:
    """Live pages whose date is so far away, for which neither this nor a later reminder went out."""
    sent = ReviewReminder.objects.filter(page=OuterRef("pk"), due_on=OuterRef("review_by"), days__gte=days)
    pages = ResourcePage.objects.live().filter(review_by__lte=today - dt.timedelta(days=days))
    return pages.filter(~Exists(sent)).order_by("review_by", "pk").only("pk", "title", "owner", "review_by", "live")


@transaction.atomic
def _remind(page: ResourcePage, days: int) -> None:
    if page.review_by is None:
        return
    made, is_new = ReviewReminder.objects.get_or_create(page=page, due_on=page.review_by, days=days)
    if is_new:
        settle(*page.reminders.exclude(pk=made.pk))
        # One e-mail for whatever is due, until they look or a day has passed.
        announce(kind=DUE, actor=None, subject=made, data={"owner": page.owner_id or 0})


def spread_reviews(count: int, *, owner: User, start: dt.date) -> list[dt.date]:
    """So many dates from `start` on: at most five a week for one owner, counting what they look after already.

    Ascending, on working days. ValueError where ten years are not enough.
    """
    kept = ResourcePage.objects.filter(owner=owner, review_by__gte=_week(start))
    taken = Counter(_week(day) for day in kept.values_list("review_by", flat=True) if day)
    found: list[dt.date] = []
    monday = _week(start)
    for _ in range(MOST_WEEKS + count // MOST_A_WEEK):
        if len(found) >= count:
            return found
        days = [monday + dt.timedelta(days=place) for place in range(MOST_A_WEEK)]
        free = [day for day in days if day >= start]
        found += free[: max(0, MOST_A_WEEK - taken[monday])][: count - len(found)]
        monday += dt.timedelta(days=7)
    if len(found) < count:
        raise ValueError("There are too many reviews for one person.")
    return found


def _week(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def due_first() -> list[Any]:
    """How the dashboard orders: by date, those without one last."""
    return [F("review_by").asc(nulls_last=True), "pk"]
