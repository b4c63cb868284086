"""The time zones that people choose from."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

LONDON = "Europe/London"


@cache
def names() -> frozenset[str]:
    """Every IANA zone that belongs to a place, and UTC."""
    every = zoneinfo.available_timezones()
    return frozenset(name for name in every if "/" in name and not name.startswith("Etc/")) | {"UTC"}


def choices() -> list[tuple[str, Any]]:
    """For a select: London first, where most people and webinars are, then the others by continent."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(names() - {"UTC"}):
        continent, _slash, city = name.partition("/")
        # Old names of zones that are listed under America.
        if continent in ("SystemV", "US"):
            continue
        groups.setdefault(continent, []).append((name, city.replace("_", " ")))
    return [(LONDON, _("London")), *groups.items(), ("UTC", "UTC")]
