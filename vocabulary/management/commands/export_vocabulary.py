from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from vocabulary import plain, skos, table

FORMATS = {"skos": skos.write, "csv": table.write}


class Command(BaseCommand):
    help = "Write the thesaurus, with what is not in use, as SKOS (RDF in Turtle) or as a table (CSV)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=list(FORMATS), default="skos")
        parser.add_argument("--output", type=Path, help="file to write; otherwise the screen")

    def handle(self, *args: Any, format: str, output: Path | None, **options: Any) -> None:
        text = FORMATS[format](plain.stored())
        if output:
            output.write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
