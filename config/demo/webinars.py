"""The webinars of the demo: invented events on real questions, with invented members on their lists."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils.html import format_html

from accounts.models import User
from config.demo.leaving import take_away
from config.demo.source import read
from events.models import Registration, Session, WebinarIndexPage, WebinarPage
from vocabulary.models import Place, Sector, Topic
from web.signals import content_changed

SATURDAY = 5
# Whatever the year, the days given for holidays at a weekend lie among these; nobody lists a webinar then anyway.
HOLIDAYS = {*((12, day) for day in range(24, 32)), (1, 1), (1, 2), (1, 3)}
IN_LINE = 3
State = Registration.State


def load(now: datetime) -> Iterator[str]:
    """Add the webinars that are missing, with their sessions and who registered, yielding the title of each.

    The same day gives the same rows. Nobody is told and no mail is written. A session at a weekend or at Christmas
    moves to the next working day, and never has more people than the demo has members.
    """
    index = WebinarIndexPage.objects.get()
    known = set(WebinarPage.objects.filter(is_demo=True).values_list("slug", flat=True))
    members = list(User.objects.filter(is_demo=True).order_by("handle").values_list("pk", flat=True))
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    sectors = {sector.slug: sector for sector in Sector.objects.all()}
    places = {place.slug: place for place in Place.objects.filter(is_partnership=True)}
    made = []
    for row in read("webinars"):
        if row["slug"] not in known:
            page = _page(row, now)
            page.topics = [topics[slug] for slug in row["topics"]]
            page.sectors = [sectors[slug] for slug in row["sectors"]]
            page.place = places.get(row["place"])
            page.sessions = [_session(row, number, now) for number in range(len(row["sessions"]))]
            index.add_child(instance=page)
            for session, given in zip(page.sessions.order_by("starts_at"), row["sessions"], strict=True):
                _register(session, members, given["place_taken"], now)
            made.append(page.pk)
        yield row["title"]
    content_changed.send(sender=WebinarPage, ids=made)


def count() -> int:
    return len(read("webinars"))


def remove() -> None:
    """Take the webinars away again, with their lists."""
    for page in WebinarPage.objects.filter(is_demo=True):
        take_away(page)


def _page(row: dict, now: datetime) -> WebinarPage:
    first = min(session["days_from_now"] for session in row["sessions"])
    published = now - timedelta(days=max(1, 28 - first))
    return WebinarPage(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        body=[("text", format_html("<p>{}</p>", paragraph)) for paragraph in row["body"]],
        speakers=[("speaker", speaker) for speaker in row["speakers"]],
        is_demo=True,
        first_published_at=published,
        last_published_at=published,
    )


def _session(row: dict, number: int, now: datetime) -> Session:
    given = row["sessions"][number]
    is_last, is_coming = number == len(row["sessions"]) - 1, given["days_from_now"] > 0
    return Session(
        date=_weekday(now.date() + timedelta(days=given["days_from_now"])),
        start_time=time.fromisoformat(given["start"]),
        minutes=given["minutes"],
        time_zone=given["timezone"],
        capacity=given["capacity"],
        join_url=f"https://meet.example.org/{row['slug']}-{number + 1}" if is_coming else "",
        transcript=row["recording"]["transcript"] if row["recording"] and is_last else "",
        sort_order=number,
    )


def _weekday(day: date) -> date:
    while day.weekday() >= SATURDAY or (day.month, day.day) in HOLIDAYS:
        day += timedelta(days=1)
    return day


def _register(session: Session, members: list[int], taken: int, now: datetime) -> None:
    """Fill a session's list, starting at another member each time. A full session to come has a line too."""
    places = min(taken, len(members), session.capacity or taken)
    in_line = IN_LINE if session.capacity and places == session.capacity and session.starts_at > now else 0
    start = zlib.crc32(f"{session.page.slug} {session.sort_order}".encode()) % max(len(members), 1)
    people = (members[start:] + members[:start])[: places + in_line]
    until = min(session.starts_at, now)
    rows = []
    for number, person in enumerate(people):
        asked_at = until - timedelta(hours=5 * (len(people) - number))
        has_place = number < places
        rows.append(
            Registration(
                session=session,
                person_id=person,
                state=State.CONFIRMED if has_place else State.WAITING,
                asked_at=asked_at,
                confirmed_at=asked_at if has_place else None,
            )
        )
    Registration.objects.bulk_create(rows)
    Session.objects.filter(pk=session.pk).update(confirmed_count=min(places, len(people)))
