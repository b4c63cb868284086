"""The library's part of the summaries by e-mail: what is new in it and anybody may read."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy

from accounts.models import User
from knowledge.models import GUIDE_DEPTH, ResourcePage
from notifications import digests
from notifications.digests import Line, Section, Window
from notifications.mail import absolute

MOST, MOST_LOOKED_AT = 3, 30


def register_all() -> None:
    digests.register(40, Section(gettext_lazy("New in the library"), new_resources))


def new_resources(people: list[User], window: Window) -> dict[int, list[Line]]:
    """Those of each one's sector first, then the newest of all."""
    pages = ResourcePage.objects.visible_to(AnonymousUser()).filter(depth=GUIDE_DEPTH)
    new = pages.filter(first_published_at__gt=window.since, first_published_at__lte=window.until)
    found = list(new.order_by("-first_published_at", "-pk").prefetch_related("sectors")[:MOST_LOOKED_AT])
    lines = {page.pk: Line(page.title, absolute(page.get_url() or "/"), page.summary) for page in found}
    sectors = {page.pk: {sector.pk for sector in page.sectors.all()} for page in found}
    by_sector: dict[int | None, list[Line]] = {}
    for person in people:
        mine = person.sector_id
        if mine not in by_sector:
            ordered = sorted(found, key=lambda page: mine not in sectors[page.pk])
            by_sector[mine] = [lines[page.pk] for page in ordered[:MOST]]
    return {person.pk: by_sector[person.sector_id] for person in people}
