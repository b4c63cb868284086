"""How the indices stand, beside the rows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from outbox.models import Job
from search import engines, events, health, rebuilding, reconciling
from search.engines.base import SearchUnavailable
from search.models import Rebuild
from search.sources import SOURCES

if TYPE_CHECKING:
    from search.engines.elasticsearch import ElasticsearchEngine


class Command(BaseCommand):
    help = "Say what is in the search index, what waits to be indexed, and whether anything is wrong. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--compare", action="store_true", help="also compare every document with its row")

    def handle(self, *args: Any, compare: bool, **options: Any) -> None:
        counts = engines.embedded().count()
        self._show("embedded", counts)
        self._rebuilt(rebuilding.EMBEDDED)
        if compare:
            self._compare("embedded", reconciling.embedded())
        cluster = engines.cluster()
        if cluster:
            try:
                self._elasticsearch(cluster, counts, compare)
            except SearchUnavailable as reason:
                self.stdout.write(f"elasticsearch: {reason}")
        self._waiting()
        self.stdout.write(health.check() or "Search is well.")

    def _elasticsearch(self, cluster: ElasticsearchEngine, embedded: dict[str, int], compare: bool) -> None:
        counts = cluster.count()
        self._show("elasticsearch", counts)
        self._rebuilt(cluster.name)
        unlike = [
            f"{kind} {counts.get(kind, 0) - embedded.get(kind, 0):+d}"
            for kind in sorted({*counts, *embedded})
            if counts.get(kind, 0) != embedded.get(kind, 0)
        ]
        if unlike:
            self.stdout.write(f"elasticsearch differs from embedded: {', '.join(unlike)} (some may wait, see below)")
        if compare:
            self._compare("elasticsearch", reconciling.elasticsearch(cluster))

    def _compare(self, name: str, kept: reconciling.Kept) -> None:
        found = reconciling.Differences()
        for source in SOURCES.values():
            found += reconciling.compare(kept, source, mend=False, tell=lambda rows: None)
        line = f"{found.missing} missing, {found.changed} changed, {found.extra} that should not be there"
        self.stdout.write(f"{name}: {line}; mend with reindex --reconcile" if found else f"{name}: equals the rows")

    def _rebuilt(self, engine: str) -> None:
        for rebuild in Rebuild.objects.filter(engine=engine).order_by("-started_at", "-pk")[:1]:
            end = f"finished {rebuild.finished_at:%Y-%m-%d %H:%M} UTC" if rebuild.finished_at else "stopped or at work"
            self.stdout.write(
                f"  last rebuild: begun {rebuild.started_at:%Y-%m-%d %H:%M} UTC, {rebuild.rows} rows, {end}"
            )

    def _waiting(self) -> None:
        waiting = Job.objects.filter(kind=events.KIND).exclude(state=Job.State.DONE)
        oldest = waiting.order_by("created_at").first()
        line = f"waiting: {waiting.count()} events, {waiting.filter(state=Job.State.ASIDE).count()} of them set aside"
        if oldest:
            line += f"; the oldest for {int((timezone.now() - oldest.created_at).total_seconds())} seconds"
        self.stdout.write(line)

    def _show(self, name: str, counts: dict[str, int]) -> None:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) or "nothing"
        self.stdout.write(f"{name}: {kinds}")
