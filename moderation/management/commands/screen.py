"""`manage.py screen FILE`: what the rules that look at posts before they appear find in each line of a file."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.screening import screen


class Command(BaseCommand):
    help = "Print what screening finds in each line of FILE, one JSON object a line. With - it reads standard input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        if file == "-":
            self._print(sys.stdin.buffer)
            return
        try:
            with open(file, "rb") as lines:
                self._print(lines)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _print(self, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, start=1):
            found = [finding._asdict() for finding in screen(_text(line).rstrip("\r\n"))]
            self.stdout.write(json.dumps({"line": number, "found": found}, ensure_ascii=False))


def _text(line: bytes) -> str:
    """Office programs still save in Windows' Western encoding, and put a mark before UTF-8."""
    try:
        return line.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
