"""Lists for a spreadsheet, in which no cell is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Registration

# What spreadsheets take for the beginning of a formula, in ASCII and as full-width signs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


def write_people(file: Any, registrations: Iterable[Registration]) -> None:
    """Who is on a session's list, as CSV. No e-mail addresses: the site writes to them."""
    file.write("\ufeff")  # or Excel reads names with accents wrongly
    writer = csv.writer(file)
    head = [_("Name"), _("Job or task"), _("Sector"), _("Organisation"), _("Place"), _("State"), _("Asked on")]
    writer.writerow(head)
    for registration in registrations:
        person = registration.person
        state = _("has a place") if registration.is_confirmed else _("in line")
        asked = timezone.localtime(registration.asked_at).strftime("%Y-%m-%d %H:%M")
        cells = [person.display_name, person.job_title or person.get_role_display()]
        cells += [str(part or "") for part in (person.sector, person.organisation, person.place)]
        writer.writerow([plain_cell(cell) for cell in [*cells, state, asked]])


def plain_cell(text: str) -> str:
    """The text so that no spreadsheet computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
