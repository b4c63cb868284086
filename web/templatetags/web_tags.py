"""What every template may use: icons, dates as people say them, initials for an avatar."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from web import videos
from web.fragments import fragment, kept

register = template.Library()

AVATAR_TONES = 6


@register.simple_tag
@kept(200)
def icon(name: str) -> SafeString:
    """One icon of the sprite, hidden from screen readers: its meaning stands in words beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/sprite.svg"),
        name,
    )


register.simple_tag(fragment)
register.simple_tag(videos.watch_url)


@register.simple_tag
def site_head() -> SafeString:
    """What the head of every page repeats: icon, stylesheet, scripts."""
    return fragment("web/head.html")


@register.simple_tag(takes_context=True)
def site_header(context: template.Context) -> SafeString:
    """The header of every page; the form that signs somebody out stands beside it in base.html."""
    user: Any = context.get("user")
    is_signed_in = bool(user and user.is_authenticated)
    return fragment(
        "web/header.html",
        site_name=context.get("site_name", ""),
        nav=tuple(context.get("nav") or ()),
        is_signed_in=is_signed_in,
        display_name=user.display_name if is_signed_in else "",
        unread_count=int(str(context.get("unread_count", 0))),
        is_moderator=bool(context.get("is_moderator")),
        is_editor=bool(context.get("is_editor")),
        is_staff=is_signed_in and user.is_staff,
    )


@register.simple_tag(takes_context=True)
def site_footer(context: template.Context) -> SafeString:
    return fragment(
        "web/footer.html", site_name=context.get("site_name", ""), links=tuple(context.get("footer_links") or ())
    )


@register.simple_tag
def printed_from(request: HttpRequest | None) -> str:
    """What a page on paper says of where it comes from: `{% printed_from request %}`."""
    address = request.build_absolute_uri() if request else ""
    today = _day(timezone.localdate(), get_language())
    return _("Printed on %(today)s from %(address)s") % {"today": today, "address": address}


@lru_cache(maxsize=100)
def _day(day: dt.date, language: str) -> str:
    return dateformat.format(day, "j F Y")


@register.filter
def when(value: dt.date | None) -> str:
    """A `<time>` that says a moment or a day as people do, in the reader's own time zone.

    A datetime becomes "3 minutes ago", "today, 1pm", "Tuesday 3 March, 1pm"; a plain date the same
    without the hour. The exact time is in `title`, the machine's in `datetime`. Nothing for None.
    """
    if not value:
        return ""
    return Moment.now().say(value)


class Moment(NamedTuple):
    """The reader's now: asked for once where a page says many dates."""

    at: dt.datetime
    zone: dt.tzinfo
    today: dt.date
    language: str

    @classmethod
    def now(cls) -> Moment:
        at, zone = timezone.now(), timezone.get_current_timezone()
        return cls(at, zone, at.astimezone(zone).date(), get_language())

    def say(self, value: dt.date) -> SafeString:
        """As `when` has it."""
        if not isinstance(value, dt.datetime):
            return _said_day(value, self.today, self.language)
        if timezone.is_aware(value) and 0 <= (passed := (self.at - value).total_seconds()) < 3600:
            local = value.astimezone(self.zone)
            # Two moments are equal when they are the same instant in two zones, so the zone is a key of its own.
            return _time_element(*_exact_moment(local, self.zone, self.language), _spoken_minutes(int(passed // 60)))
        return _said_moment(value, self.zone, self.today, self.language)


@register.filter
def named(rows: Iterable[Any] | None) -> tuple[tuple[str, str], ...]:
    """Title and address of each row, as a fragment can be given them."""
    return tuple((row.title, row.url) for row in rows or ())


@register.filter
def hour(value: dt.datetime | dt.time | None) -> str:
    """The time of day alone: "1pm", "1:30pm", "midday", "midnight"."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if value.minute == 0 and value.hour in (0, 12):
        return _("midday") if value.hour else _("midnight")
    half = _("am") if value.hour < 12 else _("pm")
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{half}"


@register.filter
def initials(name: str) -> str:
    """At most two letters for an avatar without a photo: "Asha Patel" gives "AP"."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper() or "?"


@register.filter
def tone(name: str) -> int:
    """A colour number from 1 to 6 that stays the same for the same name."""
    return zlib.crc32(str(name).encode()) % AVATAR_TONES + 1


# A page shows fifty moments, and the same ones to every reader: writing out a date is the dear part.
@lru_cache(maxsize=5000)
def _said_moment(value: dt.datetime, zone: dt.tzinfo, today: dt.date, language: str) -> SafeString:
    """A moment that lies an hour back or more, or that is to come."""
    local = value.astimezone(zone) if timezone.is_aware(value) else value
    spoken = _("%(day)s, %(time)s") % {
        "day": _spoken_day(local.date(), today),
        "time": hour(local.replace(tzinfo=None)),
    }
    return _time_element(*_exact_moment(local, zone, language), spoken)


@lru_cache(maxsize=1000)
def _said_day(value: dt.date, today: dt.date, language: str) -> SafeString:
    return _time_element(value.isoformat(), dateformat.format(value, _("l j F Y")), _spoken_day(value, today))


@lru_cache(maxsize=1000)
def _exact_moment(local: dt.datetime, zone: dt.tzinfo, language: str) -> tuple[str, str]:
    return local.isoformat(timespec="seconds"), dateformat.format(local, _("l j F Y, H:i e"))


def _time_element(machine: str, exact: str, spoken: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, exact, spoken)


def _spoken_minutes(minutes: int) -> str:
    if minutes < 1:
        return _("just now")
    return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}


def _spoken_day(day: dt.date, today: dt.date) -> str:
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}.get((day - today).days)
    if near:
        return near
    if day.year == today.year:
        return dateformat.format(day, _("l j F"))
    # People plan by days of the week, and remember by years.
    pattern = _("l j F Y") if day > today else _("j F Y")
    return dateformat.format(day, pattern)
