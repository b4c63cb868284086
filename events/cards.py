"""What a webinar says of itself where somebody points at it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import WebinarPage
from web import cards


def describe(ids: Iterable[int]) -> dict[int, cards.Words]:
    """Each with its next session, or the last one."""
    to_come = Min("sessions__starts_at", filter=Q(sessions__ends_at__gt=timezone.now(), sessions__is_cancelled=False))
    rows = WebinarPage.objects.filter(pk__in=ids).annotate(when=Coalesce(to_come, Max("sessions__starts_at")))
    return {pk: cards.Words(_("Webinar"), text, when) for pk, text, when in rows.values_list("pk", "summary", "when")}


def register_all() -> None:
    cards.register(WebinarPage, describe)
