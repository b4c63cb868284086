"""What other rooms show of webinars.

`{% coming_webinars 3 as webinars %}` and `{% webinars_about page topics as webinars %}` give rows as
`events.listing.Row`: title, url, text, starts_at (for `|when` and date tiles), minutes, label. Each costs two
queries, whatever it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from accounts.prepared import PreparedForReader
from events import listing
from events.listing import Row
from events.models import Session, WebinarIndexPage, WebinarPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from vocabulary.models import Topic

register = template.Library()
MOST_RELATED, MOST_LOOKED_AT = 3, 12
NO_PAGE = 0


@register.simple_tag(takes_context=True)
def add_webinar_url(context: dict[str, Any]) -> str:
    """Where this reader lists a webinar; empty for whoever may not."""
    user = context["request"].user
    if not user.is_authenticated or not (user.is_moderator or user.is_editor):
        return ""
    index = WebinarIndexPage.objects.first()
    if index is None or not index.permissions_for_user(user).can_add_subpage():
        return ""
    return reverse("wagtailadmin_pages:add", args=["events", "webinarpage", index.pk])


@register.simple_tag(takes_context=True)
def coming_webinars(context: dict[str, Any], count: int) -> list[Row]:
    """The next sessions that this reader may see, cancelled ones left out."""
    request = context["request"]
    sessions = listing.coming(request.user).filter(is_cancelled=False)
    return listing.rows(sessions[:count], request, personal=False)


@register.simple_tag(takes_context=True)
def webinars_about(context: dict[str, Any], page: Page, topics: Iterable[Topic]) -> list[Row]:
    """Webinars on one of a page's topics: the next ones, and after them what was recorded last. Three at most."""
    return _related(context["request"], topics, page.pk)


@register.simple_tag(takes_context=True)
def webinars_on(context: dict[str, Any], topic: Topic) -> list[Row]:
    """`{% webinars_on topic as webinars %}`: the next ones on a topic, then what was recorded last. Three at most."""
    return _related(context["request"], [topic], NO_PAGE)


def _related(request: HttpRequest, topics: Iterable[Topic], page: int) -> list[Row]:
    ids = {f"topic{place}": topic.pk for place, topic in enumerate(topics)}
    if not ids:
        return []
    sessions = _about(len(ids)).rows(request.user, page=page, **ids)
    # Of a series with several sessions the first one stands for all.
    webinars = {session.page_id: session for session in reversed(sessions)}
    chosen = [session for session in sessions if webinars[session.page_id] is session][:MOST_RELATED]
    return listing.rows(chosen, request, personal=False)


@cache
def _about(number: int) -> PreparedForReader[Session]:
    """For pages with so many topics. The database's own clock, since the SQL is written once."""

    def build(reader: User | AnonymousUser, page: int, **topics: int) -> QuerySet[Session]:
        related = WebinarPage.objects.filter(topics__in=list(topics.values())).exclude(pk=page)
        is_coming = Q(ends_at__gt=Now())
        return (
            Session.objects.visible_to(reader)
            .for_lists()
            .filter(is_coming | Q(is_recorded=True), page__in=related.order_by().values("pk"), is_cancelled=False)
            .order_by(
                Case(When(is_coming, then=0), default=1), Case(When(is_coming, then=F("starts_at"))), "-starts_at"
            )[:MOST_LOOKED_AT]
        )

    return PreparedForReader(build, "page", *(f"topic{place}" for place in range(number)))
