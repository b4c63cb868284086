"""Building the index anew from the rows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import engines, indexing
from search.engines.base import SearchUnavailable
from search.models import Stamp
from search.sources import SOURCES, Source


class Command(BaseCommand):
    help = "Build the search index anew. It can be stopped and started again at any time; searches go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"only these of: {', '.join(SOURCES)}")
        parser.add_argument(
            "--engine",
            choices=["all", "embedded", "elasticsearch"],
            default="all",
            help="which index (default: all)",
        )

    def handle(self, *args: Any, kinds: list[str], engine: str, verbosity: int, **options: Any) -> None:
        unknown = set(kinds) - set(SOURCES)
        if unknown:
            raise CommandError(f"There is no kind {', '.join(sorted(unknown))}. Kinds: {', '.join(SOURCES)}.")
        self.is_quiet = not verbosity
        sources = [source for name, source in SOURCES.items() if not kinds or name in kinds]
        if engine != "elasticsearch":
            self._embedded(sources)
        if engine != "embedded":
            self._elasticsearch(sources, is_whole=not kinds, is_wanted=engine == "elasticsearch")

    def _embedded(self, sources: list[Source]) -> None:
        for source in sources:
            with self._bar(source, "embedded") as bar:
                for ids in source.batches():
                    indexing.store(source, ids)
                    bar.update(len(ids))
            gone = indexing.forget_missing(source)
            if gone and not self.is_quiet:
                self.stdout.write(f"{source.name}: {gone} that no longer exist were taken out.")

    def _elasticsearch(self, sources: list[Source], is_whole: bool, is_wanted: bool) -> None:
        cluster = engines.cluster()
        if cluster is None:
            if is_wanted:
                raise CommandError("ELASTICSEARCH_URL names no cluster.")
            return
        try:
            if is_whole:
                cluster.begin_rebuild()
            for source in sources:
                with self._bar(source, "elasticsearch") as bar:
                    for ids in source.batches():
                        indexing.copy_to(cluster, source, ids, Stamp.take())
                        bar.update(len(ids))
            if is_whole:
                cluster.finish_rebuild()
        except SearchUnavailable as reason:
            raise CommandError(f"Elasticsearch: {reason}. The live index is as it was; start again later.") from reason

    def _bar(self, source: Source, engine: str) -> tqdm:
        total = source.model._default_manager.count()
        return tqdm(total=total, desc=f"{engine} {source.name}", unit="row", disable=self.is_quiet, ncols=80)
