"""Every format that the library reads and writes, by its short name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.exchange import bibtex, csl, dublincore, references, ris, tables
from knowledge.exchange.decoding import decode
from knowledge.exchange.record import Failure, Item, Record, Unreadable

MOST_BYTES = 100 * 1024 * 1024
MOST_RECORDS = 100_000
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
READ = ("bibtex", "ris", "csl", "csv", "xlsx", "oai")
TABLES = ("csv", "xlsx")
_ENDINGS = {
    ".bib": "bibtex", ".bibtex": "bibtex", ".ris": "ris", ".json": "csl", ".csl": "csl", ".csv": "csv", ".tsv": "csv",
    ".xlsx": "xlsx", ".xml": "oai",
}  # fmt: skip


class Writer(NamedTuple):
    title: str | Promise
    content_type: str
    ending: str
    write: Callable[[Iterable[Item]], Iterator[str]]


WRITERS = {
    "ris": Writer(
        gettext_lazy("EndNote, Zotero, Mendeley (RIS)"), "application/x-research-info-systems", "ris", ris.write
    ),
    "bibtex": Writer(gettext_lazy("BibTeX"), "application/x-bibtex", "bib", bibtex.write),
    "csl": Writer(gettext_lazy("CSL-JSON"), "application/vnd.citationstyles.csl+json", "json", csl.write),
    "csv": Writer(gettext_lazy("Table for a spreadsheet (CSV)"), "text/csv", "csv", tables.write),
    **{
        style: Writer(title, "text/plain", f"{style}.txt", partial(references.write, style=style))
        for style, title in references.STYLES.items()
    },
}


def detect(name: str, content: bytes) -> str:
    """The short name of the file's format, by what is in it rather than by its ending. Raises Unreadable."""
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if content.startswith(OLD_EXCEL):
        raise Unreadable(_("This is an Excel file of the old kind (.xls). Please save it as .xlsx or as CSV."))
    head = decode(content[:20_000]).lstrip("\ufeff \n\t")
    if head.startswith("<"):
        return "oai"
    if head.startswith(("[", "{")):
        return "csl"
    lines = head.split("\n")
    if any(line.startswith(("TY  -", "TY -")) for line in lines):
        return "ris"
    if any(line.lstrip().startswith("@") and "{" in line for line in lines):
        return "bibtex"
    if found := _ENDINGS.get(PurePath(name).suffix.lower()):
        return found
    raise Unreadable(_("We do not know this kind of file. These work: BibTeX, RIS, CSL-JSON, CSV, Excel and OAI-PMH."))


def headings(content: bytes, form: str) -> list[str]:
    """The headings of a table. Raises Unreadable."""
    return tables.headings(_rows(content, form))


def read(content: bytes, form: str, mapping: Mapping[str, str] | None = None) -> Iterator[Record | Failure]:
    """Each record of a file or why it is none; `mapping` is for tables. Raises Unreadable, at once or on the way."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("This file is larger than 100 MB. Please cut it into smaller ones."))
    for count, result in enumerate(_results(content, form, mapping)):
        if count == MOST_RECORDS:
            raise Unreadable(_("This file holds more than 100,000 records. Please cut it into smaller ones."))
        yield result


def _results(content: bytes, form: str, mapping: Mapping[str, str] | None) -> Iterator[Record | Failure]:
    if form == "xlsx":
        return _workbook(content, mapping)
    if form in TABLES:
        return tables.read(_rows(content, form), mapping)
    if form == "oai":
        return dublincore.read(content)
    return {"bibtex": bibtex.read, "ris": ris.read, "csl": csl.read}[form](decode(content))


def _workbook(content: bytes, mapping: Mapping[str, str] | None) -> Iterator[Record | Failure]:
    """Each record of the first sheet; then, for each other sheet, that it was not read: nobody should miss it later."""
    number = 0
    for result in tables.read(tables.excel_rows(content), mapping):
        number = result.number
        yield result
    why = _(
        "The sheet “%(sheet)s” was not read: we read only the first one. Save it as a file of its own to bring it in."
    )
    for place, sheet in enumerate(tables.unread_sheets(content), number + 1):
        yield Failure(why % {"sheet": sheet}, place)


def unread_sheets(content: bytes, form: str) -> list[str]:
    """What of a workbook is not read, by name."""
    return tables.unread_sheets(content) if form == "xlsx" else []


def _rows(content: bytes, form: str) -> Iterator[tuple[int, tables.Row]]:
    return tables.excel_rows(content) if form == "xlsx" else tables.csv_rows(decode(content))
