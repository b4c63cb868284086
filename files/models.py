from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.models import Collection, CollectionViewRestriction

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

    @property
    def saved_as(self) -> str:
        """The name under which somebody gets it: those of members' uploads lie under names that say nothing."""
        if self.collection.name != MEMBERS_UPLOADS:
            return self.filename
        return f"{slugify(self.title)[:60] or 'file'}.{self.file_extension.lower()}"

    def clean(self) -> None:
        # Of a refused file the form says why; Wagtail would go on about the ending of a name that is not there.
        if self.file:
            super().clean()

    @property
    def version(self) -> str:
        """Names the file as it is now: an editor may put another in its place. `findable()` asks for it too."""
        return f"{self.file_hash} {self.file.name}"


class DocumentText(models.Model):
    """What came of reading a document's words. The words themselves are its passages."""

    class Outcome(models.TextChoices):
        READ = "read", _("Its words can be found")
        SHORTENED = "shortened", _("Only its first part can be found: it is very long or hard to read")
        EMPTY = "empty", _("There are no words in it: perhaps its pages are pictures, from a scanner")
        LOCKED = "locked", _("It is locked with a password")
        BROKEN = "broken", _("The file is broken")
        TOO_LARGE = "too_large", _("Reading it takes too long or too much memory")
        GONE = "gone", _("The file is not there any more")
        UNKNOWN = "unknown", _("We do not read this kind of file")

    document = models.OneToOneField(SiteDocument, on_delete=models.CASCADE, primary_key=True, related_name="reading")
    outcome = models.CharField(_("what came of reading it"), max_length=10, choices=Outcome)
    version = models.CharField(max_length=300, help_text="Of the file that was read.")
    read_at = models.DateTimeField(_("when"), auto_now=True)
    pages = models.PositiveIntegerField(_("pages or slides"), null=True, help_text="Where the kind of file has any.")
    is_drawn = models.BooleanField(default=False, help_text="Whether there is a picture of its first page.")

    def __str__(self) -> str:
        return f"{self.document_id}: {self.outcome}"

    @property
    def is_locked(self) -> bool:
        return self.outcome == self.Outcome.LOCKED


class FirstPage(models.Model):
    """A small picture of how a document begins. Kept beside its words, so that it goes with them."""

    document = models.OneToOneField(SiteDocument, on_delete=models.CASCADE, primary_key=True, related_name="first_page")
    picture = models.BinaryField(help_text="JPEG.")

    def __str__(self) -> str:
        return f"{self.document_id}: first page"


class PassageQuerySet(models.QuerySet["Passage"]):
    def findable(self) -> PassageQuerySet:
        """Of documents in collections without a privacy of their own: whoever sees the document's use may find them.

        Not what stood in a file that another has replaced.
        """
        above = ExpressionWrapper(OuterRef("document__collection__path"), output_field=models.CharField())
        closed = CollectionViewRestriction.objects.annotate(above=above).filter(above__startswith=F("collection__path"))
        version = Concat("document__file_hash", Value(" "), "document__file", output_field=models.CharField())
        return self.filter(~Exists(closed), document__reading__version=version)


class Passage(models.Model):
    """A few paragraphs of a document. `page` is the page or slide, where the kind of file has any."""

    document = models.ForeignKey(SiteDocument, on_delete=models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True)
    text = models.TextField()

    objects = PassageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="passage_number_once")]
        ordering = ["document", "number"]

    def __str__(self) -> str:
        return f"{self.document_id}: passage {self.number}"
