"""Wall time and its zone: what a person typed, and which moment that is."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from web.zones import LONDON, choices, names

__all__ = ["LONDON", "choices", "city", "exists", "is_elsewhere", "moment", "names", "validate"]


def validate(name: str) -> None:
    """Raises ValidationError for a zone that nobody knows."""
    if name not in names():
        raise ValidationError(_("“%(name)s” is not a time zone. Choose one from the list.") % {"name": name})


def moment(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The moment that a clock on the wall shows, in its zone.

    An hour that comes twice (clocks go back) is the first of the two; one that never comes (clocks go forward)
    is as much later as the clocks jump, as a meeting that was planned by somebody who forgot would start.
    """
    where = zoneinfo.ZoneInfo(zone)
    return dt.datetime.combine(day, time, tzinfo=where).astimezone(dt.UTC).astimezone(where)


def exists(day: dt.date, time: dt.time, zone: str) -> bool:
    """Whether clocks in the zone ever show this: not in the hour that they jump over in spring."""
    return moment(day, time, zone).time() == time


def city(zone: str) -> str:
    """What people call a zone: "London" for Europe/London."""
    return zone.rpartition("/")[2].replace("_", " ")


def is_elsewhere(when: dt.datetime) -> bool:
    """Whether the reader's clock shows another time than the organiser's at this moment."""
    return timezone.localtime(when).utcoffset() != when.utcoffset()
