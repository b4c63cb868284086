import datetime as dt
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit import actions


class Command(BaseCommand):
    help = "Delete entries of the audit log from before a day. This is the only way, and it is itself recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--before", required=True, metavar="YYYY-MM-DD", help="entries of earlier days go")
        parser.add_argument("--reason", required=True, help="why, e.g. the retention schedule; names nobody")

    def handle(self, *args: Any, before: str, reason: str, **options: Any) -> None:
        try:
            day = timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(before), dt.time()))
            rows = actions.forget(before=day, reason=reason)
        except ValueError as error:
            raise CommandError(f"Nothing was deleted. {error}") from None
        self.stdout.write(f"{rows} entries from before {before} were deleted; the log says so.")
