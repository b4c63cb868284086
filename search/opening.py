"""Which webinars still take people: time alone changes that, so it is looked at again and again."""

from __future__ import annotations

from events.models import Session, WebinarPage
from search import indexing
from search.models import Entry
from search.sources.pages import is_open

EVERY_MINUTES = 10
OPEN = "is:open"


def refresh() -> int:
    """Index webinars again of which the index says otherwise than their sessions do. Returns how many."""
    coming = Session.objects.coming().filter(is_cancelled=False, page__live=True)
    fields = ("page", "ends_at", "is_cancelled", "capacity", "confirmed_count")
    opened = {each.page_id for each in coming.only(*fields) if is_open([each])}
    entries = Entry.objects.filter(kind="webinar", key__startswith="webinar:").values_list("key", "tags")
    changed = [pk for key, tags in entries if ((pk := int(key.partition(":")[2])) in opened) != (OPEN in tags)]
    indexing.rows_changed(WebinarPage, changed)
    return len(changed)
