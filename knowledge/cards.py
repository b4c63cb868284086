"""What a resource says of itself where somebody points at it."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.models import ResourcePage
from knowledge.models.kinds import Kind
from web import cards

KINDS = dict(Kind.choices)


def describe(ids: Iterable[int]) -> dict[int, cards.Words]:
    rows = ResourcePage.objects.filter(pk__in=ids)
    columns = ("pk", "kind", "bottom_line", "summary", "first_published_at")
    return {
        pk: cards.Words(str(KINDS[kind]), line or summary, published)
        for pk, kind, line, summary, published in rows.values_list(*columns)
    }


def register_all() -> None:
    cards.register(ResourcePage, describe, numbered="cite")
