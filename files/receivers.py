"""Answers to Wagtail's own signals."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page, ReferenceIndex
from wagtail.signals import page_published


@receiver(page_published)
def know_files_at_once(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Wagtail leaves it to the worker to note what a page uses; till then its pictures would be there for nobody."""
    ReferenceIndex.create_or_update_for_object(instance)
