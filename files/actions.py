"""How uploads become rows, and how they go."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from wagtail.models import Collection

from files.checks import LONGEST_SIDE, UploadRefused, clean_document, clean_image, clean_photo
from files.models import SiteDocument, SiteImage, members_collection

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["UploadRefused", "delete_image", "store_attached_document", "store_document", "store_image", "store_photo"]


@transaction.atomic
def store_image(
    *,
    uploader: AbstractBaseUser | None,
    upload: UploadedFile,
    title: str,
    longest: int = LONGEST_SIDE,
    square: bool = False,
    collection: Collection | None = None,
) -> SiteImage:
    """Check and keep a picture; among members' uploads unless told. Raises UploadRefused."""
    file = clean_image(upload, longest=longest, square=square)
    return _kept_image(file, title, uploader, collection or members_collection())


@transaction.atomic
def store_photo(*, upload: UploadedFile, title: str) -> SiteImage:
    """Check and keep a telephone's photo, made small. Neither its row nor its file says whose it is.

    Raises UploadRefused.
    """
    file = clean_photo(upload)
    file.name = f"photo{PurePosixPath(file.name or '').suffix}"
    return _kept_image(file, title, None, members_collection())


def _kept_image(file: UploadedFile, title: str, uploader: AbstractBaseUser | None, collection: Collection) -> SiteImage:
    image = SiteImage(title=title[:255], uploaded_by_user=uploader, file=file, collection=collection)
    image._set_image_file_metadata()
    image.save()
    return image


@transaction.atomic
def store_attached_document(*, upload: UploadedFile, title: str) -> SiteDocument:
    """Check and keep a file that hangs on a post, under an address that says nothing. Raises UploadRefused."""
    file = clean_document(upload)
    file.name = f"attachment{PurePosixPath(file.name or '').suffix}"
    document = SiteDocument(title=title[:255], file=file, collection=members_collection())
    document._set_document_file_metadata()
    document.save()
    return document


@transaction.atomic
def store_document(
    *,
    uploader: AbstractBaseUser | None,
    upload: UploadedFile,
    title: str,
    credit: str = "",
    collection: Collection | None = None,
) -> SiteDocument:
    """Check and keep a document; among members' uploads unless told. Raises UploadRefused."""
    file = clean_document(upload)
    document = SiteDocument(
        title=title[:255],
        credit=credit,
        uploaded_by_user=uploader,
        file=file,
        collection=collection or members_collection(),
    )
    document._set_document_file_metadata()
    document.save()
    return document


@transaction.atomic
def delete_image(*, image: SiteImage) -> None:
    """Take a picture away, with its bytes and its renditions."""
    image.delete()
