"""Write resources as references: manage.py export_resources --format ris > library.ris"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand

from knowledge import citing
from knowledge.exchange.formats import WRITERS
from knowledge.models import ResourcePage
from knowledge.models.kinds import Kind


class Command(BaseCommand):
    help = "Write the library's resources as BibTeX, RIS, CSL-JSON, CSV or formatted references."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", required=True, type=_form, choices=list(WRITERS), dest="form")
        parser.add_argument("--kind", choices=Kind.values, help="only of this kind")
        parser.add_argument("--topic", metavar="SLUG", help="only about this topic")
        parser.add_argument("--drafts", action="store_true", help="also drafts and what only some may read")

    def handle(self, *args: Any, form: str, kind: str | None, topic: str | None, drafts: bool, **options: Any) -> None:
        pages = ResourcePage.objects.all() if drafts else ResourcePage.objects.visible_to(AnonymousUser())
        if kind:
            pages = pages.filter(kind=kind)
        if topic:
            pages = pages.filter(topics__slug=topic)
        rows = pages.order_by("pk").defer("body", "practice", "families", "transcript").iterator(chunk_size=200)
        items = citing.items(rows, lambda path: urljoin(settings.BASE_URL, path))
        for text in WRITERS[form].write(items):
            self.stdout.write(text, ending="")


def _form(name: str) -> str:
    """The format, also by the name that it has elsewhere."""
    return {"csl-json": "csl", "csljson": "csl", "json": "csl", "bib": "bibtex"}.get(name.lower(), name.lower())
