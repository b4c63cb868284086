"""Ask repositories for new records over OAI-PMH: manage.py harvest [ADDRESS] [--set NAME] [--kind KIND]"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from knowledge.actions.harvesting import harvest
from knowledge.exchange.record import Unreadable
from knowledge.models import Source
from knowledge.models.kinds import Kind
from outbox.fetching import FetchFailed


class Command(BaseCommand):
    help = "Harvest a repository, or all that were harvested before. New records become drafts for editors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", help="the base address of a repository; without it: all known ones")
        parser.add_argument("--set", default="", dest="subset", help="only this set of the repository")
        parser.add_argument(
            "--kind", choices=Kind.values, default=Kind.RESEARCH.value, help="what its records are here"
        )
        parser.add_argument("--afresh", action="store_true", help="from the beginning, not only what is new")

    def handle(self, *args: Any, address: str | None, subset: str, kind: str, afresh: bool, **options: Any) -> None:
        sources = list(Source.objects.order_by("pk"))
        if address:
            sources = [Source.objects.update_or_create(url=address, subset=subset, defaults={"kind": kind})[0]]
        if not sources:
            raise CommandError("No repository is known yet. Name the address of one.")
        failed = [source for source in sources if not self.one(source, afresh)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(sources)} could not be harvested.")

    def one(self, source: Source, afresh: bool) -> bool:
        if afresh:
            source.harvested_to = source.token = source.asked_at = ""
        taken = passed = 0
        try:
            for more, less in harvest(source):
                taken, passed = taken + more, passed + less
        except (FetchFailed, Unreadable) as why:
            self.stderr.write(f"{source}: {why}")
            return False
        self.stdout.write(f"{source}: {taken} taken, {passed} passed over.")
        return True
