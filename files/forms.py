"""Wagtail's own upload forms, with the checks that every upload passes."""

from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from files.checks import clean_document, clean_image


class ImageForm(BaseImageForm):
    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        return clean_image(file) if isinstance(file, UploadedFile) else file


class DocumentForm(BaseDocumentForm):
    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        return clean_document(file) if isinstance(file, UploadedFile) else file
