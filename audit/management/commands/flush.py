"""Django's `flush` would empty the audit log, which nothing may: it says so, and what to do instead."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush

from audit.models import Entry


class Command(flush.Command):
    help = f"{flush.Command.help} Refused here: the audit log is never emptied."

    def handle(self, **options: Any) -> None:
        if Entry.objects.using(options["database"]).exists():
            raise CommandError(
                "This database cannot be flushed: the audit log in it is never emptied, and the groups and pages that "
                "the migrations made would be lost. Make a new database and run `manage.py migrate`; while developing "
                "on SQLite, stop the site and delete var/site.sqlite3."
            )
        super().handle(**options)
