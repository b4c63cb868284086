"""What search hears: the rooms' own announcements and Wagtail's. No other room knows that it listens."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from events.models import WebinarPage
from forum.models import Space
from knowledge.models import ResourcePage
from search import indexing
from web.signals import container_changed, content_changed


def on_content(sender: type[Model], ids: list[int], **kwargs: Any) -> None:
    if sender is Space:
        for pk in ids:
            indexing.space_changed(pk)
    else:
        indexing.rows_changed(sender, ids)


def on_container(sender: type[Model], container: str, **kwargs: Any) -> None:
    # A space's readers are asked for at each query, so its documents stay as they are.
    if sender is not Space:
        indexing.container_changed(container)


def on_page(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    indexing.rows_changed(sender, [instance.pk])


def on_move(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    indexing.container_changed(f"page:{instance.pk}")


def on_privacy(sender: type[PageViewRestriction], instance: PageViewRestriction, **kwargs: Any) -> None:
    indexing.container_changed(f"page:{instance.page_id}")


def connect() -> None:
    """Called once, when the site is ready."""
    content_changed.connect(on_content, dispatch_uid="search")
    container_changed.connect(on_container, dispatch_uid="search")
    page_published.connect(on_page, dispatch_uid="search")
    page_unpublished.connect(on_page, dispatch_uid="search")
    post_page_move.connect(on_move, dispatch_uid="search")
    # Wagtail has no signal for a page that is deleted, nor for privacy that is set or lifted; Django's tell of both.
    for model in (ResourcePage, WebinarPage):
        post_delete.connect(on_page, sender=model, dispatch_uid="search")
    post_save.connect(on_privacy, sender=PageViewRestriction, dispatch_uid="search")
    post_delete.connect(on_privacy, sender=PageViewRestriction, dispatch_uid="search")
