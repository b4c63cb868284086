"""Lists for a spreadsheet, in which no cell is a formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Registration
from web.spreadsheet import lines


def write_people(file: Any, registrations: Iterable[Registration]) -> None:
    """Who is on a session's list, as CSV. No e-mail addresses: the site writes to them."""
    head = [_("Name"), _("Job or task"), _("Sector"), _("Organisation"), _("Place"), _("State"), _("Asked on")]
    file.writelines(lines([head, *map(_row, registrations)]))


def _row(registration: Registration) -> list[str]:
    person = registration.person
    state = _("has a place") if registration.is_confirmed else _("in line")
    asked = timezone.localtime(registration.asked_at).strftime("%Y-%m-%d %H:%M")
    parts = [str(part or "") for part in (person.sector, person.organisation, person.place)]
    return [person.display_name, person.job_title or person.get_role_display(), *parts, state, asked]
