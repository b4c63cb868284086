"""What of the files the CMS shows. Members' photos and files are nobody's to choose, an operator's neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from wagtail import hooks

from files.models import MEMBERS_UPLOADS

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from files.models import SiteDocument, SiteImage

File = TypeVar("File", "SiteImage", "SiteDocument")


@hooks.register("construct_image_chooser_queryset")
@hooks.register("construct_document_chooser_queryset")
def without_members_uploads(files: QuerySet[File], request: HttpRequest) -> QuerySet[File]:
    return files.exclude(collection__name=MEMBERS_UPLOADS)
