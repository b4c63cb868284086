"""`manage.py screen FILE`: what the rules that look at posts before they appear find in each line of a file."""

import json
import sys
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.screening import screen


class Command(BaseCommand):
    help = "Print what screening finds in each line of FILE, one JSON object a line. With - it reads standard input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        if file == "-":
            self._print(sys.stdin)
            return
        try:
            with open(file, encoding="utf-8", errors="replace") as lines:
                self._print(lines)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _print(self, lines: TextIO) -> None:
        for number, line in enumerate(lines, start=1):
            found = [finding._asdict() for finding in screen(line.rstrip("\r\n"))]
            self.stdout.write(json.dumps({"line": number, "found": found}, ensure_ascii=False))
