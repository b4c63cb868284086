"""What search hears: the rooms' own announcements and Wagtail's. No other room knows that it listens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from events.models import WebinarPage
from files.models import SiteDocument
from forum.models import Space
from knowledge.models import ResourcePage
from search import attachments, indexing, naming
from web.signals import container_changed, content_changed


def on_content(sender: type[Model], ids: list[int], rows: Sequence[Model] = (), **kwargs: Any) -> None:
    if sender is Space:
        for pk in ids:
            indexing.space_changed(pk)
    else:
        indexing.rows_changed(sender, ids, rows)
    if sender is ResourcePage:
        attachments.ask_to_read(ids)


def on_container(sender: type[Model], container: str, **kwargs: Any) -> None:
    # A space's readers are asked for at each query, so its documents stay as they are.
    if sender is not Space:
        indexing.container_changed(container)


def on_page(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    indexing.rows_changed(sender, [instance.pk])
    if sender is ResourcePage:
        attachments.ask_to_read([instance.pk])


def on_document(sender: type[SiteDocument], instance: SiteDocument, **kwargs: Any) -> None:
    attachments.document_changed(instance)


def on_document_going(sender: type[SiteDocument], instance: SiteDocument, **kwargs: Any) -> None:
    instance.__dict__["offered_by"] = attachments.pages_with([instance.pk])


def on_document_gone(sender: type[SiteDocument], instance: SiteDocument, **kwargs: Any) -> None:
    indexing.rows_changed(ResourcePage, instance.__dict__.pop("offered_by", ()))


def on_collection(sender: type[CollectionViewRestriction], instance: CollectionViewRestriction, **kwargs: Any) -> None:
    attachments.collection_changed(instance.collection_id)


def on_collection_saved(sender: type[Collection], instance: Collection, created: bool, **kwargs: Any) -> None:
    if created:
        # It holds nothing yet; and the first ones are made by a migration, before there is anything to index.
        return
    # The CMS moves a collection after it has saved it, in one transaction, and nothing tells of the move.
    transaction.on_commit(lambda: attachments.collection_changed(instance.pk))


def on_named(sender: type[Model], instance: Model, created: bool, **kwargs: Any) -> None:
    if not created:
        naming.saved(instance)


def on_named_going(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    instance.__dict__["people_filed_under"] = naming.people_of(instance)


def on_named_gone(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    naming.gone(instance.__dict__.pop("people_filed_under", []))


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
    # Nor for documents, and an editor may put another file in a document's place at any time.
    post_save.connect(on_document, sender=SiteDocument, dispatch_uid="search")
    # Once it is gone, nothing says which pages offered it.
    pre_delete.connect(on_document_going, sender=SiteDocument, dispatch_uid="search")
    post_delete.connect(on_document_gone, sender=SiteDocument, dispatch_uid="search")
    for signal in (post_save, post_delete):
        signal.connect(on_collection, sender=CollectionViewRestriction, dispatch_uid="search")
    post_save.connect(on_collection_saved, sender=Collection, dispatch_uid="search")
    for named in naming.NAMED.values():
        post_save.connect(on_named, sender=named, dispatch_uid="search")
        pre_delete.connect(on_named_going, sender=named, dispatch_uid="search")
        post_delete.connect(on_named_gone, sender=named, dispatch_uid="search")
    post_save.connect(on_privacy, sender=PageViewRestriction, dispatch_uid="search")
    post_delete.connect(on_privacy, sender=PageViewRestriction, dispatch_uid="search")
