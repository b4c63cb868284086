"""`manage.py rerender`: bring stored member HTML up to date with the renderer."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import QuerySet
from tqdm import tqdm

from markup.markdown import SourceTooLong
from markup.registry import StoredHTML, registered
from markup.render import RENDERER_VERSION, render

Row = tuple[Any, str]


class Command(BaseCommand):
    help = "Render stored member text again where an older renderer made its HTML. You may stop and rerun it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also what is up to date")
        parser.add_argument("--batch", type=int, default=500, metavar="ROWS", help="rows a transaction")

    def handle(self, *args: object, **options: Any) -> None:
        failed = [
            f"{stored} {pk}"
            for stored in registered()
            for pk in self._rerender(stored, everything=options["all"], size=options["batch"])
        ]
        if failed:
            raise CommandError(f"Left as they were, because the text is too long: {', '.join(failed)}")

    def _rerender(self, stored: StoredHTML, *, everything: bool, size: int) -> list[Any]:
        """Render one model's rows, and return the keys of those that could not be."""
        rows = _rows(stored, everything)
        total = rows.count()
        failed: list[Any] = []
        with tqdm(total=total, desc=str(stored), file=self.stderr, disable=None) as progress:
            for batch in _batches(rows, size):
                failed += _store(stored, batch)
                progress.update(len(batch))
        self.stdout.write(f"{stored}: {total - len(failed)} rendered")
        return failed


def _rows(stored: StoredHTML, everything: bool) -> QuerySet[Any, Row]:
    rows = stored.model._base_manager.all()
    if not everything:
        rows = rows.filter(**{f"{stored.version}__lt": RENDERER_VERSION})
    return rows.order_by("pk").values_list("pk", stored.source)


def _batches(rows: QuerySet[Any, Row], size: int) -> Iterator[Sequence[Row]]:
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:size])


def _store(stored: StoredHTML, batch: Sequence[Row]) -> list[Any]:
    """Render outside the transaction, so that writers wait only for the writing."""
    rendered, failed = [], []
    for pk, source in batch:
        try:
            rendered.append((pk, source, render(source, profile=stored.profile)))
        except SourceTooLong:
            failed.append(pk)
    with transaction.atomic():
        for pk, source, html in rendered:
            # Whoever edits the text meanwhile stores newer HTML; it must not be overwritten.
            unchanged = stored.model._base_manager.filter(pk=pk, **{stored.source: source})
            unchanged.update(**{stored.html: html, stored.version: RENDERER_VERSION})
    return failed
