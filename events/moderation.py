"""Webinars as the desk sees them: they can be reported, and are taken out of sight and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from events.models import WebinarPage
from moderation.registry import Summary, register
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User
    from moderation.registry import Reader


def _visible(user: Reader) -> QuerySet[WebinarPage]:
    """What is not live only moderators see: it may be they who took it out of sight."""
    if user.is_authenticated and user.is_moderator:
        found = WebinarPage.objects.all()
    else:
        found = WebinarPage.objects.visible_to(user)
    return found.select_related("owner", "place")


@transaction.atomic
def hide(page: WebinarPage, actor: User | None) -> None:
    page.unpublish(user=actor)


@transaction.atomic
def restore(page: WebinarPage, actor: User | None) -> None:
    """As it was: what an editor has changed since and not published stays a draft, and nobody is told a second time."""
    WebinarPage.objects.filter(pk=page.pk).update(live=True)
    content_changed.send(sender=WebinarPage, ids=[page.pk])


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
        hide=hide,
        restore=restore,
        summary=_summary,
        is_hidden=lambda page: not page.live,
    )
