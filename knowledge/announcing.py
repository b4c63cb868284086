"""What catalogues elsewhere are told: which public resources there are, since when, and which are there no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import islice

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from knowledge.models import Announced, ResourcePage

BATCH = 500


def refresh(pages: Iterable[int] | None = None) -> int:
    """Bring the announcements in line with what is public; only for these pages, or for all. Returns what changed."""
    wanted = list(pages) if pages is not None else None
    return _announce(wanted) + _take_down(wanted)


def forget(pages: Iterable[int]) -> None:
    """Of pages that were there for show alone: no catalogue took them, so none is told that they are gone."""
    Announced.objects.filter(page_number__in=list(pages)).delete()


def _announce(wanted: list[int] | None) -> int:
    rows = ResourcePage.objects.visible_to(AnonymousUser()).order_by("pk")
    if wanted is not None:
        rows = rows.filter(pk__in=wanted)
    found = rows.values_list("pk", "last_published_at", "first_published_at").iterator(chunk_size=BATCH)
    changed = 0
    while batch := {pk: last or first for pk, last, first in islice(found, BATCH)}:
        known = {row.page_number: row for row in Announced.objects.filter(page_number__in=batch)}
        stale = [pk for pk, version in batch.items() if _is_stale(known.get(pk), version)]
        if stale:
            _write(stale, batch)
        changed += len(stale)
    return changed


def _is_stale(row: Announced | None, version: dt.datetime | None) -> bool:
    return row is None or row.is_deleted or row.version != version


def _write(stale: list[int], versions: dict[int, dt.datetime | None]) -> None:
    sets = _sets(stale)
    rows = [
        Announced(page_number=pk, stamp=_now(), version=versions[pk], is_deleted=False, sets=sets[pk]) for pk in stale
    ]
    Announced.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["page_number"],
        update_fields=["stamp", "version", "is_deleted", "sets"],
    )


def _sets(pages: list[int]) -> dict[int, str]:
    found = {pk: [f"kind:{kind}"] for pk, kind in ResourcePage.objects.filter(pk__in=pages).values_list("pk", "kind")}
    topics = ResourcePage.topics.through.objects.filter(resourcepage__in=pages).order_by("topic__slug")
    for pk, slug in topics.values_list("resourcepage", "topic__slug"):
        found[pk].append(f"topic:{slug}")
    return {pk: f"|{'|'.join(names)}|" for pk, names in found.items()}


@transaction.atomic
def _take_down(wanted: list[int] | None) -> int:
    """Mark what is not public any more: withdrawn, unpublished, made private, deleted."""
    seen = ResourcePage.objects.visible_to(AnonymousUser()).order_by().values("pk")
    gone = Announced.objects.filter(is_deleted=False).exclude(page_number__in=seen)
    if wanted is not None:
        gone = gone.filter(page_number__in=wanted)
    return gone.update(is_deleted=True, stamp=_now())


def _now() -> dt.datetime:
    """Whole seconds, as the protocol counts."""
    return timezone.now().replace(microsecond=0)
