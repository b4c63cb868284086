"""Takes away what the index needs no more."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from search import engines
from search.models import Edition, Word

TOGETHER = 100
# Longer than any transaction lasts.
EDITIONS_KEPT = timedelta(hours=1)


def forget_words() -> int:
    """Each day: take away the words that no document has, with which nobody is to be corrected. Returns how many."""
    engine, forgotten, after = engines.embedded(), 0, ""
    words = Word.objects.order_by("text").values_list("text", flat=True)
    while some := list(words.filter(text__gt=after)[:TOGETHER]):
        forgotten += Word.objects.filter(text__in=set(some) - engine.said(some)).delete()[0]
        after = some[-1]
    return forgotten


def forget_editions() -> int:
    """Each hour: take away old names of the library's states but the last one. Returns how many."""
    last = Edition.objects.order_by("-pk").first()
    if last is None:
        return 0
    return Edition.objects.filter(written_at__lt=timezone.now() - EDITIONS_KEPT, pk__lt=last.pk).delete()[0]
