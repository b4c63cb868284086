from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition


class SiteImage(AbstractImage):
    """A photo, chart or drawing, in the CMS or of a member."""

    credit = models.CharField(_("credit and licence"), max_length=255, blank=True)

    admin_form_fields = ("title", "file", "description", "credit", "collection", "tags", "focal_point_x", "focal_point_y",
                         "focal_point_width", "focal_point_height")


class Rendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]


class SiteDocument(AbstractDocument):
    """A file to download: PDF, Word, PowerPoint, spreadsheet, text."""

    credit = models.CharField(_("credit and licence"), max_length=255, blank=True)

    admin_form_fields = ("title", "file", "credit", "collection", "tags")
