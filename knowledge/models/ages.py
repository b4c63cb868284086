"""Ages of children as people say them."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext


def spoken(start_months: int | None, end_months: int | None) -> str:
    """ "birth to 5 years", "2 years", "from 9 months"; nothing where no age is known."""
    start, end = _spoken_age(start_months), _spoken_age(end_months)
    if start == end:
        return start
    if start and end:
        return gettext("%(start)s to %(end)s") % {"start": start, "end": end}
    if start:
        return gettext("from %(start)s") % {"start": start}
    return gettext("up to %(end)s") % {"end": end} if end else ""


def _spoken_age(months: int | None) -> str:
    """ "9 months", "3 years"; nothing for None."""
    if months is None:
        return ""
    if months < 24 and months % 12:
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    years = months // 12
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years} if years else gettext("birth")
