from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import ngettext

from vocabulary import skos, table
from vocabulary.actions import Refused, bring_in

READERS = {".ttl": skos.read, ".csv": table.read}
MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Add or replace the concepts of a file: SKOS in Turtle (.ttl) or a table (.csv). All of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, file: Path, dry_run: bool, verbosity: int = 1, **options: Any) -> None:
        read = READERS.get(file.suffix.lower())
        if not read:
            raise CommandError("The file's name must end in .ttl (SKOS in Turtle) or .csv (a table).")
        try:
            concepts, problems = read(file.read_text(encoding="utf-8"))
            if problems:
                raise Refused(problems)
            brought = bring_in(concepts, dry_run=dry_run)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        except Refused as refused:
            for problem in refused.problems[:MOST_SHOWN]:
                self.stderr.write(problem)
            wrong = ngettext("%(n)d thing is wrong", "%(n)d things are wrong", len(refused.problems))
            raise CommandError(f"Nothing was changed: {wrong % {'n': len(refused.problems)}}.") from refused
        if verbosity:
            said = "Would add {}, change {}, leave {}." if dry_run else "Added {}, changed {}, left {}."
            self.stdout.write(said.format(*brought))
