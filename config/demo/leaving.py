"""Taking pages of the demo away so that nothing of them is left, in the log of the CMS neither."""

from __future__ import annotations

from wagtail.models import Page, PageLogEntry


def take_away(page: Page) -> None:
    """The page with all beneath it. A site's own pages keep their log when they go; of the demo it would be noise."""
    gone = list(page.get_descendants(inclusive=True).values_list("pk", flat=True))
    page.delete()
    PageLogEntry.objects.filter(page_id__in=gone).delete()
