"""How the indices stand, beside the rows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from outbox.models import Job
from search import engines, events, health
from search.engines.base import SearchUnavailable


class Command(BaseCommand):
    help = "Say what is in the search index, what waits to be indexed, and whether anything is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        self._show("embedded", engines.embedded().count())
        cluster = engines.cluster()
        if cluster:
            try:
                self._show("elasticsearch", cluster.count())
            except SearchUnavailable as reason:
                self.stdout.write(f"elasticsearch: does not answer ({reason})")
        waiting = Job.objects.filter(kind=events.KIND).exclude(state=Job.State.DONE)
        oldest = waiting.order_by("created_at").first()
        line = f"waiting: {waiting.count()} events, {waiting.filter(state=Job.State.ASIDE).count()} of them set aside"
        if oldest:
            line += f"; the oldest for {int((timezone.now() - oldest.created_at).total_seconds())} seconds"
        self.stdout.write(line)
        self.stdout.write(health.check() or "Search is well.")

    def _show(self, name: str, counts: dict[str, int]) -> None:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) or "nothing"
        self.stdout.write(f"{name}: {kinds}")
