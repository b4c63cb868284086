"""What of the files the CMS shows. Members' photos and files are nobody's to choose, an operator's neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from wagtail import hooks
from wagtail.models import Collection

from files.models import MEMBERS_UPLOADS

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from files.models import SiteDocument, SiteImage

File = TypeVar("File", "SiteImage", "SiteDocument")


@hooks.register("construct_image_chooser_queryset")
@hooks.register("construct_document_chooser_queryset")
def without_members_uploads(files: QuerySet[File], request: HttpRequest) -> QuerySet[File]:
    # By number: what is chosen from may be searched, and the search knows of a file's collection only that.
    return files.exclude(collection__in=list(Collection.objects.filter(name=MEMBERS_UPLOADS)))
