"""Building the index anew from the rows, or comparing it with them."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import engines, indexing, rebuilding, reconciling
from search.engines.base import SearchUnavailable
from search.models import Rebuild, Stamp
from search.rebuilding import EMBEDDED
from search.sources import SOURCES, Source

if TYPE_CHECKING:
    from search.engines.elasticsearch import ElasticsearchEngine

ELASTICSEARCH = "elasticsearch"


class Command(BaseCommand):
    help = (
        "Build the search index anew; a run that was stopped goes on where it was. With --reconcile, compare it with "
        "the rows instead and mend what differs. Searches go on meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"only these of: {', '.join(SOURCES)}")
        parser.add_argument(
            "--engine", choices=["all", EMBEDDED, ELASTICSEARCH], default="all", help="which index (default: all)"
        )
        parser.add_argument("--fresh", action="store_true", help="begin anew, not where a stopped run was")
        parser.add_argument("--reconcile", action="store_true", help="compare document by document and mend")

    def handle(self, *args: Any, kinds: list[str], engine: str, verbosity: int, **options: Any) -> None:
        unknown = set(kinds) - set(SOURCES)
        if unknown:
            raise CommandError(f"There is no kind {', '.join(sorted(unknown))}. Kinds: {', '.join(SOURCES)}.")
        self.is_quiet, self.is_fresh, self.is_whole = not verbosity, options["fresh"], not kinds
        self.sources = [source for name, source in SOURCES.items() if not kinds or name in kinds]
        if engine != ELASTICSEARCH:
            self._reconcile(EMBEDDED, reconciling.embedded()) if options["reconcile"] else self._embedded()
        if engine != EMBEDDED:
            self._elasticsearch(options["reconcile"], is_wanted=engine == ELASTICSEARCH)

    def _elasticsearch(self, is_comparison: bool, is_wanted: bool) -> None:
        cluster = engines.cluster()
        if cluster is None:
            if is_wanted:
                raise CommandError("ELASTICSEARCH_URL names no cluster.")
            return
        try:
            if is_comparison:
                wrong = cluster.check()
                if wrong:
                    raise SearchUnavailable(wrong)
                self._reconcile(ELASTICSEARCH, reconciling.elasticsearch(cluster))
            elif self.is_whole:
                self._rebuild(cluster)
            else:
                self._copy(cluster)
        except SearchUnavailable as reason:
            raise CommandError(f"Elasticsearch: {reason} The live index is as it was; start again later.") from reason

    def _embedded(self) -> None:
        rebuild = rebuilding.unfinished(EMBEDDED) if self.is_whole and not self.is_fresh else None
        self._say_that_it_goes_on(rebuild)
        if self.is_whole:
            with self._bars(EMBEDDED, rebuild) as tell:
                gone = rebuilding.embedded(self.sources, rebuild, tell)
        else:
            gone = 0
            with self._bars(EMBEDDED) as tell:
                for source, ids in self._batches():
                    indexing.store(source, ids)
                    tell(source, len(ids))
            gone = sum(map(indexing.forget_missing, self.sources))
        if gone:
            self._say(f"embedded: {gone} that no longer exist were taken out.")

    def _rebuild(self, cluster: ElasticsearchEngine) -> None:
        rebuild = None if self.is_fresh else rebuilding.resumable(cluster)
        self._say_that_it_goes_on(rebuild)
        with self._bars(ELASTICSEARCH, rebuild) as tell:
            self._say_refused(rebuilding.elasticsearch(cluster, self.sources, rebuild, tell))

    def _copy(self, cluster: ElasticsearchEngine) -> None:
        """Chosen kinds, into the live index."""
        refused = 0
        with self._bars(ELASTICSEARCH) as tell:
            for source, ids in self._batches():
                rows = set(indexing.copy_to(cluster, source, ids, Stamp.take()))
                indexing.announce_refused(rows)
                refused += len(rows)
                tell(source, len(ids))
        self._say_refused(refused)

    def _reconcile(self, engine: str, kept: reconciling.Kept) -> None:
        with self._bars(engine) as tell:
            for source in self.sources:
                found = reconciling.compare(kept, source, mend=True, tell=partial(tell, source))
                if found:
                    tqdm.write(
                        f"{engine} {source.name}: mended {found.missing} missing, {found.changed} changed, "
                        f"{found.extra} that should not be there.",
                        file=self.stdout,
                    )

    def _batches(self) -> Any:
        return ((source, ids) for source in self.sources for ids in source.batches())

    @contextmanager
    def _bars(self, engine: str, rebuild: Rebuild | None = None) -> Any:
        """A bar a kind, with its rate. Call what it gives with each source and the number of rows done."""
        bars: dict[str, tqdm] = {}
        reached = rebuild.reached if rebuild else {}

        def tell(source: Source, rows: int) -> None:
            if source.name not in bars:
                # A bar that stays open goes on counting time, and its rate falls.
                for bar in bars.values():
                    bar.close()
                left = source.model._default_manager.filter(pk__gt=reached.get(source.name, 0)).count()
                total = left if source.name not in reached else left + rows
                name = f"{engine} {source.name}"
                bars[source.name] = tqdm(total=total, desc=name, unit="row", disable=self.is_quiet, ncols=80)
            bars[source.name].update(rows)

        try:
            yield tell
        finally:
            for bar in bars.values():
                bar.close()

    def _say_that_it_goes_on(self, rebuild: Rebuild | None) -> None:
        if rebuild:
            self._say(
                f"{rebuild.engine}: going on after {rebuild.rows} rows of {rebuild.started_at:%Y-%m-%d %H:%M} UTC."
            )

    def _say_refused(self, refused: int) -> None:
        if refused:
            self._say(f"elasticsearch: {refused} rows were refused; /admin/ shows them among the work set aside.")

    def _say(self, text: str) -> None:
        if not self.is_quiet:
            self.stdout.write(text)
