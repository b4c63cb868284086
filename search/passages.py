"""The words of the documents that hang on resources, passage by passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, cast

from wagtail.fields import StreamField

from files.models import Passage, SiteDocument
from knowledge.models import ResourcePage

_BODY = cast(StreamField, ResourcePage._meta.get_field("body"))


class Attached(NamedTuple):
    """A passage of a document of a resource."""

    pk: int
    title: str
    text: str


def documents_of(page: ResourcePage) -> list[int]:
    """The numbers of all documents that a resource offers: in its list, and in its text."""
    listed = [item.document_id for item in page.documents.all()]
    linked = [int(pk) for model, pk, *_path in _BODY.extract_references(page.body) if model is SiteDocument]
    return list(dict.fromkeys([*listed, *linked]))


def passages_of(pages: Iterable[ResourcePage]) -> dict[int, list[Attached]]:
    """What can be found in the documents of these resources, by the resource's number. One query.

    A document in a collection with a privacy of its own is not found at all: that privacy binds beside the page's.
    """
    wanted = {page.pk: documents_of(page) for page in pages}
    ids = {pk for each in wanted.values() for pk in each}
    found = defaultdict[int, list[Attached]](list)
    if ids:
        rows = Passage.objects.findable().filter(document__in=ids).order_by("document", "number")
        for pk, document, title, text in rows.values_list("pk", "document", "document__title", "text"):
            found[document].append(Attached(pk, title, text))
    return {page: [row for document in each for row in found[document]] for page, each in wanted.items()}
