"""What other rooms show of webinars: `{% coming_webinars 3 as webinars %}`, `{% webinars_about page as webinars %}`.

Both give rows as `events.listing.Row`: title, url, text, start (for `|when` and date tiles), minutes, label.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q
from wagtail.models import Page

from events import listing
from events.listing import Row
from events.models import WebinarPage

register = template.Library()
MOST_RELATED = 3


@register.simple_tag(takes_context=True)
def coming_webinars(context: dict[str, Any], count: int) -> list[Row]:
    """The next sessions that this reader may see, cancelled ones left out."""
    request = context["request"]
    return listing.rows(listing.coming(request.user).filter(is_cancelled=False)[:count], request)


@register.simple_tag(takes_context=True)
def webinars_about(context: dict[str, Any], page: Page) -> list[Row]:
    """Webinars on a topic of this page: the next ones, and after them what was recorded. Three at most."""
    request, topics = context["request"], getattr(page, "topics", None)
    if topics is None:
        return []
    related = WebinarPage.objects.filter(topics__in=[topic.pk for topic in topics.all()]).exclude(pk=page.pk)
    is_related = Q(page__in=related.order_by().values("pk"), is_cancelled=False)
    found = list(listing.coming(request.user).filter(is_related)[:MOST_RELATED])
    recorded = listing.past(request.user).filter(is_related, is_recorded=True)
    found += recorded[: MOST_RELATED - len(found)]
    return listing.rows(found, request)
