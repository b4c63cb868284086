"""Words that nothing on the site says any more are no words to correct anybody's with."""

from __future__ import annotations

from search import engines
from search.models import Word

TOGETHER = 100


def forget_words() -> int:
    """Each day: take away the words that no document has. Returns how many."""
    engine, forgotten, after = engines.embedded(), 0, ""
    words = Word.objects.order_by("text").values_list("text", flat=True)
    while some := list(words.filter(text__gt=after)[:TOGETHER]):
        forgotten += Word.objects.filter(text__in=set(some) - engine.said(some)).delete()[0]
        after = some[-1]
    return forgotten
