"""Answers to Wagtail's own signals."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from events import actions
from events.models import WebinarPage


@receiver(page_published, sender=WebinarPage)
def on_published(instance: WebinarPage, revision: Any = None, **kwargs: Any) -> None:
    actions.after_publishing(page=instance, actor=revision.user if revision else None)
