"""Files that Wagtail pages show; who sees a page is `web`'s rule, and `config` brings the two together."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Model
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

from files.models import SiteDocument, SiteImage
from files.uses import Kind

MODELS: dict[Kind, type[Model]] = {"image": SiteImage, "document": SiteDocument}


def pages_with(kind: Kind, *numbers: int) -> PageQuerySet:
    """Pages whose row names one of these files. Wagtail's reference index follows rows, never drafts."""
    references = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(MODELS[kind]),
        to_object_id__in=[str(pk) for pk in numbers],
    )
    return Page.objects.filter(pk__in=references.values(page=Cast("object_id", BigIntegerField())))
