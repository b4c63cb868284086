"""What other rooms show of webinars: `{% coming_webinars 3 as webinars %}`, `{% webinars_about page as webinars %}`.

Both give rows as `events.listing.Row`: title, url, text, starts_at (for `|when` and date tiles), minutes, label.
Each costs two queries, whatever it shows.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Case, F, Q, When
from django.utils import timezone
from wagtail.models import Page

from events import listing
from events.listing import Row
from events.models import Session, WebinarPage

register = template.Library()
MOST_RELATED = 3


@register.simple_tag(takes_context=True)
def coming_webinars(context: dict[str, Any], count: int) -> list[Row]:
    """The next sessions that this reader may see, cancelled ones left out."""
    request = context["request"]
    sessions = listing.coming(request.user).filter(is_cancelled=False)
    return listing.rows(sessions[:count], request, personal=False)


@register.simple_tag(takes_context=True)
def webinars_about(context: dict[str, Any], page: Page) -> list[Row]:
    """Sessions on a topic of this page: the next ones, and after them what was recorded last. Three at most."""
    request, topics = context["request"], getattr(page, "topics", None)
    if topics is None:
        return []
    related = WebinarPage.objects.filter(topics__in=topics.values_list("pk", flat=True)).exclude(pk=page.pk)
    is_coming = Q(ends_at__gt=timezone.now())
    sessions = (
        Session.objects.visible_to(request.user)
        .for_lists()
        .filter(is_coming | Q(is_recorded=True), page__in=related.order_by().values("pk"), is_cancelled=False)
        .order_by(Case(When(is_coming, then=0), default=1), Case(When(is_coming, then=F("starts_at"))), "-starts_at")
    )
    return listing.rows(sessions[:MOST_RELATED], request, personal=False)
