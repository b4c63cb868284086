"""Calendar files (RFC 5545, sent as RFC 5546 has it: METHOD PUBLISH)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Session

if TYPE_CHECKING:
    from icalendar import Alarm, Event, vCalAddress

CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
ALARMS = (dt.timedelta(days=-1), dt.timedelta(hours=-1))


def calendar(sessions: Iterable[Session], *, for_registered: bool) -> bytes:
    """A calendar file of sessions with their pages.

    With `for_registered` each event holds the address to join and rings twice: such a file is for the person with
    a place alone. Without, it holds only what the page shows to everybody who may see it.
    """
    # Each worker would hold four megabytes of it for a file that is seldom made; so below.
    from icalendar import Calendar

    file = Calendar()
    file.add("prodid", f"-//{settings.SITE_NAME}//Webinars//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    for session in sessions:
        file.add_component(_event(session, for_registered))
    # Daylight saving as it will be in the year after next is enough for what is planned.
    file.add_missing_timezones(last_date=timezone.now().date() + dt.timedelta(days=730))
    return file.to_ical()


def uid(session: Session) -> str:
    """Stays the same for ever, so that a later file changes the entry instead of adding one."""
    return f"webinar-session-{session.pk}@{urlsplit(settings.BASE_URL).hostname}"


def _event(session: Session, for_registered: bool) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid(session))
    event.add("sequence", session.sequence)
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("dtstart", session.start)
    event.add("dtend", session.end)
    event.add("summary", session.page.title)
    event.add("description", _description(session, for_registered))
    event.add("url", session.page.address)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    event.add("organizer", _organizer())
    if for_registered and not session.is_cancelled:
        event.add("location", session.join_url or _("Online"))
        for before in ALARMS:
            event.add_component(_alarm(session, before))
    else:
        event.add("location", _("Online"))
    return event


def _description(session: Session, for_registered: bool) -> str:
    lines = [session.page.summary]
    if for_registered and session.join_url and not session.is_cancelled:
        lines.append(_("Join here: %(url)s") % {"url": session.join_url})
    lines.append(session.page.address)
    return "\n\n".join(lines)


def _organizer() -> vCalAddress:
    from icalendar import vCalAddress

    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = name or settings.SITE_NAME
    return organizer


def _alarm(session: Session, before: dt.timedelta) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", session.page.title)
    alarm.add("trigger", before)
    return alarm
