"""The demo community: real resources and places, invented people who talk about them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import transaction
from tqdm import tqdm

from accounts.models import User
from config.demo import (
    attached,
    browsing,
    catalogue,
    conversations,
    imported,
    keeping,
    life,
    people,
    polls,
    quiet_rooms,
    resources,
    searching,
    webinars,
)


class Command(BaseCommand):
    help = "Load the demo community (safe to run twice), or take it away again with --remove."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="take the demo away again")
        parser.add_argument(
            "--with-replies", action="store_true", help="with --remove: also what real people wrote in its threads"
        )

    def handle(self, *args: Any, remove: bool, with_replies: bool, verbosity: int, **options: Any) -> None:
        if remove:
            self._remove(with_replies)
        else:
            self._load(quiet=not verbosity)

    def _load(self, quiet: bool) -> None:
        if User.objects.filter(is_demo=False).exists():
            raise CommandError("This site has real members, so the demo is not loaded. Use an empty database for it.")
        now = people.demo_time()
        call_command("load_vocabulary", verbosity=0)
        with transaction.atomic():
            people.load_places()
            members = people.load(now)
            spaces = conversations.load_spaces(members)
        self._show("Resources", resources.count(), lambda: resources.load(now), quiet)
        self._show("Kinds", catalogue.count(), lambda: catalogue.load(members, now), quiet)
        self._show("Lists", browsing.count(), lambda: browsing.load(members, now), quiet)
        self._show("Reviews", life.count(), lambda: life.load(members, now), quiet)
        self._show("Imports", 1, lambda: imported.load(members), quiet)
        self._show("Threads", conversations.count(), lambda: conversations.load_threads(members, spaces, now), quiet)
        self._show("Moderation", 3, lambda: keeping.load(members), quiet)
        self._show("Quiet", quiet_rooms.count(), lambda: quiet_rooms.load(members, now), quiet)
        self._show("Photos", attached.count(), attached.load, quiet)
        self._show("Polls", polls.count(), lambda: polls.load(members, now), quiet)
        self._show("Webinars", webinars.count(), lambda: webinars.load(now), quiet)
        self._show("Searches", searching.count(), lambda: searching.load(members, now), quiet)
        if not quiet:
            self.stdout.write(
                "The demo is loaded: its people and events are invented, and so are the resources that say it."
            )

    @staticmethod
    @transaction.atomic
    def _show(what: str, total: int, work: Callable[[], Iterator[str]], quiet: bool) -> None:
        for _ in tqdm(work(), desc=f"{what:<10}", total=total, disable=quiet, ncols=72):
            pass

    @transaction.atomic
    def _remove(self, with_replies: bool) -> None:
        written = conversations.real_posts()
        if written and not with_replies:
            raise CommandError(
                f"Real people wrote {written} posts in the demo's threads; they would be lost. "
                "Run it again with --with-replies to remove them too."
            )
        searching.remove()
        webinars.remove()
        attached.remove()
        conversations.remove()
        keeping.remove()
        life.remove()
        imported.remove()
        browsing.remove()
        resources.remove()
        people.remove()
        self.stdout.write("The demo community is gone.")
