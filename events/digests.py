"""The webinars' part of the summaries by e-mail: what begins soon, and what anybody may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from accounts.models import User
from events import listing
from notifications import digests
from notifications.digests import Line, Section, Window
from web.templatetags.web_tags import hour

if TYPE_CHECKING:
    from events.models import Session

MOST = 3
# A week's summary looks two weeks ahead, a day's two days.
WINDOWS_AHEAD = 2


def register_all() -> None:
    digests.register(30, Section(gettext_lazy("Webinars soon"), soon))


def soon(people: list[User], window: Window) -> dict[int, list[Line]]:
    """The same for all of a batch: they share a time zone."""
    until = window.until + WINDOWS_AHEAD * (window.until - window.since)
    sessions = listing.coming(AnonymousUser()).filter(is_cancelled=False, starts_at__gt=window.until)
    lines = [_line(session, window) for session in sessions.filter(starts_at__lt=until)[:MOST]]
    return {person.pk: lines for person in people}


def _line(session: Session, window: Window) -> Line:
    local = session.starts_at.astimezone(window.until.tzinfo)
    begins = f"{date_format(local, 'l j F')}, {hour(local.replace(tzinfo=None))}"
    return Line(title=session.page.title, url=session.page.address, text=f"{begins}: {session.page.summary}")
