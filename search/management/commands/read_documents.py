"""Having the words of documents read that nobody has read yet: after an upgrade, or a restored backup."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from knowledge.models import ResourcePage
from search import attachments


class Command(BaseCommand):
    help = "Have the worker read the documents of published resources whose words are not known. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        pages = ResourcePage.objects.live().order_by("pk").values_list("pk", flat=True)
        asked = attachments.ask_to_read(pages.iterator())
        self.stdout.write(f"The worker has {asked} documents to read.")
