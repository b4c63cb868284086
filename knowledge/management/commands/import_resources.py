"""Bring files of records into the library: manage.py import_resources FILE… [--owner EMAIL] [--dry-run]"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from accounts.models import User
from knowledge.actions import imports
from knowledge.exchange import formats
from knowledge.exchange.record import Unreadable
from knowledge.models import Import
from knowledge.models.kinds import Kind
from knowledge.models.suggestion import looks_after_library


class Command(BaseCommand):
    help = "Bring BibTeX, RIS, CSL-JSON, CSV, Excel or OAI-PMH files into the library, as drafts for editors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="read and check everything, and make no page")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write what became of each record")
        parser.add_argument(
            "--kind", choices=Kind.values, default=Kind.RESEARCH.value, help="where a record names none"
        )
        parser.add_argument("--publish", action="store_true", help="publish at once instead of leaving drafts")
        parser.add_argument(
            "--owner",
            metavar="EMAIL",
            help="who looks after the pages, as if they had brought them in",
        )
        parser.add_argument("--with-duplicates", action="store_true", help="also take what may be here already")
        parser.add_argument(
            "--map", action="append", default=[], metavar="HEADING=COLUMN", help="of a table; repeat it"
        )
        parser.add_argument("--resume", type=int, metavar="NUMBER", help="go on with an import that was interrupted")
        parser.add_argument("--undo", type=int, metavar="NUMBER", help="take back the pages that nobody changed since")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        options["map"] = _mapping(options["map"])
        told = Path(options["report"]) if options["report"] else None
        if told and not told.absolute().parent.is_dir():
            raise CommandError(f"{told}: there is no such folder.")
        options["owner"] = _keeper(options["owner"]) if options["owner"] else None
        if options["resume"] or options["undo"]:
            report = [self.go_on(options["resume"] or options["undo"], is_undo=bool(options["undo"]))]
        elif files:
            report = [self.bring(Path(path), options) for path in files]
        else:
            raise CommandError("Name a file, or an import with --resume or --undo.")
        if told:
            told.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        if any("error" in each for each in report):
            raise CommandError("Not every file could be read.")

    def bring(self, path: Path, options: dict[str, Any]) -> dict[str, Any]:
        try:
            content = path.read_bytes()
        except OSError as error:
            self.stderr.write(f"{path}: {error.strerror}")
            return {"file": path.name, "error": str(error.strerror)}
        choices = {name: options[name] for name in ("kind", "publish", "with_duplicates")}
        # A dry run does everything, and then nothing of it has happened.
        with transaction.atomic():
            try:
                job = imports.start(actor=options["owner"], name=path.name, content=content, **choices)
                if job.form in formats.TABLES:
                    imports.set_mapping(job=job, mapping=options["map"] or job.mapping)
            except Unreadable as why:
                self.stderr.write(f"{path.name}: {why}")
                return {"file": path.name, "error": str(why)}
            if options["dry_run"]:
                self.read(job)
                report = self.told(job)
                job.file.delete(save=False)
                transaction.set_rollback(True)
                return report
        self.stdout.write(f"{path.name} is import {job.pk}.")
        return self.go_on(job.pk)

    def read(self, job: Import) -> None:
        imports.advance(job)
        lines = job.lines.order_by("number").exclude(error="")
        for line in lines.iterator(chunk_size=500):
            place = f"line {line.line}" if line.line else f"record {line.number}"
            self.stdout.write(f"  {place}: {line.error}{f' ({line.title})' if line.title else ''}")

    def go_on(self, number: int, *, is_undo: bool = False) -> dict[str, Any]:
        job = Import.objects.filter(pk=number).first()
        if job is None:
            raise CommandError(f"There is no import {number}.")
        if job.state == Import.State.READING:
            self.read(job)
        if is_undo:
            job.state = Import.State.UNDOING
        elif job.state == Import.State.READY:
            job.state = Import.State.RUNNING
        job.save(update_fields=["state"])
        with tqdm(total=job.total, initial=job.made, unit="records", disable=None) as bar:
            while not imports.advance(job, lambda: True):
                job.refresh_from_db(fields=["made"])
                bar.update(job.made - bar.n)
        return self.told(job)

    def told(self, job: Import) -> dict[str, Any]:
        counts = Counter(job.lines.values_list("state", flat=True))
        summary = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or job.error
        self.stdout.write(f"{job.name}: {summary}")
        report = {"file": job.name, "import": job.pk, "state": str(job.state), "counts": dict(counts)}
        found = {**report, "records": list(imports.results(job))}
        return {**found, "error": job.error} if job.state == Import.State.FAILED else found


def _keeper(email: str) -> User:
    person = User.objects.filter(email__iexact=email).first()
    if person is None or not looks_after_library(person):
        raise CommandError(f"{email} is not the address of a moderator or an editor here.")
    return person


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        heading, equals, column = pair.rpartition("=")
        if not equals or column not in formats.tables.COLUMNS:
            raise CommandError(f"{pair}: write HEADING=COLUMN; columns are {', '.join(formats.tables.COLUMNS)}.")
        mapping[heading] = column
    return mapping
