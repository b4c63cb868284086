"""Webinars as the desk sees them: they can be reported, and are taken out of sight and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from events.actions import hide_webinar, restore_webinar
from events.models import WebinarPage
from moderation.registry import Summary, register

if TYPE_CHECKING:
    from moderation.registry import Reader


def _visible(user: Reader) -> QuerySet[WebinarPage]:
    """Moderators see what they hid too; an editor's draft is nothing to decide about."""
    if user.is_authenticated and user.is_moderator:
        found = WebinarPage.objects.filter(Q(live=True) | Q(hidden_at__isnull=False))
    else:
        found = WebinarPage.objects.visible_to(user)
    return found.select_related("owner", "place")


def _summary(page: WebinarPage) -> Summary:
    speakers = ", ".join(block.value["name"] for block in page.speakers)
    return Summary(
        title=page.title,
        text="\n".join(filter(None, [page.summary, speakers])),
        url=page.url or "",
        author=page.owner,
        audience=_("whoever sees the webinar"),
        changed_at=page.last_published_at,
        place=page.place,
    )


def register_all() -> None:
    register(
        WebinarPage,
        kind="webinar",
        label=_("Webinar"),
        visible_to=_visible,
        hide=lambda page, actor: hide_webinar(page=page, actor=actor),
        restore=lambda page, actor: restore_webinar(page=page),
        summary=_summary,
    )
