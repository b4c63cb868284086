"""Answers to Wagtail's own signals."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from knowledge import information
from knowledge.models import InformationPage


@receiver([page_published, page_unpublished], sender=InformationPage)
def show_changed_page(sender: type, **kwargs: Any) -> None:
    information.forget()
