"""Wagtail's own upload forms, with the checks that every upload passes."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from files.checks import clean_document, clean_image
from files.models import DocumentText


class ImageForm(BaseImageForm):
    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        return clean_image(file) if isinstance(file, UploadedFile) else file


class DocumentForm(BaseDocumentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reading = DocumentText.objects.filter(document=self.instance.pk).first() if self.instance.pk else None
        if reading and "file" in self.fields:
            self.fields["file"].help_text = _("Search: %(outcome)s.") % {"outcome": reading.get_outcome_display()}

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        return clean_document(file) if isinstance(file, UploadedFile) else file
