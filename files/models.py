from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files.base import ContentFile, File
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.models import Collection

LIBRARY, MEMBERS_UPLOADS = "Library", "Members’ uploads"


def library_collection() -> Collection:
    """Where editors and moderators keep what they publish."""
    return _collection(LIBRARY)


def members_collection() -> Collection:
    """Where members' photos and attachments lie; no right in the CMS reaches it."""
    return _collection(MEMBERS_UPLOADS)


def _collection(name: str) -> Collection:
    found = Collection.objects.filter(name=name, depth=2).first()
    return found or Collection.get_first_root_node().add_child(name=name)


class SiteImage(AbstractImage):
    """A photo, chart or drawing, in the CMS or of a member."""

    credit = models.CharField(_("credit and licence"), max_length=255, blank=True)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    def generate_rendition_file(self, filter: Filter, *, source: File | None = None) -> File:
        # Wagtail leaves the temporary file that it draws into open.
        with super().generate_rendition_file(filter, source=source) as drawn:
            drawn.seek(0)
            return ContentFile(drawn.read(), name=drawn.name)


class Rendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]

    @property
    def url(self) -> str:
        """Of the view that asks who may see it: the bytes themselves lie outside every served folder."""
        return reverse("files:image", args=[self.pk, PurePosixPath(self.file.name).name])


class SiteDocument(AbstractDocument):
    """A file to download: PDF, Word, PowerPoint, spreadsheet, text."""

    credit = models.CharField(_("credit and licence"), max_length=255, blank=True)

    admin_form_fields = ("title", "file", "credit", "collection", "tags")

    @property
    def url(self) -> str:
        return reverse("files:document", args=[self.pk, self.filename])
