"""Tables: CSV and Excel, a resource a row. Which column is what can be said, or is guessed from the headings."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from knowledge.exchange import dates, names
from knowledge.exchange.record import TYPES, Failure, Item, Record, Unreadable, line, result
from web.spreadsheet import bare_cell, lines

# What a column may be, in the order in which a table is written; those of `LOCAL` are this library's own.
COLUMNS = {
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind of resource"),
    "summary": gettext_lazy("Summary in plain English"),
    "author": gettext_lazy("Authors"),
    "editor": gettext_lazy("Editors"),
    "issued": gettext_lazy("Date or year"),
    "publisher": gettext_lazy("Publisher"),
    "container-title": gettext_lazy("Journal or book"),
    "volume": gettext_lazy("Volume"),
    "issue": gettext_lazy("Issue"),
    "page": gettext_lazy("Pages"),
    "DOI": gettext_lazy("DOI"),
    "ISBN": gettext_lazy("ISBN"),
    "ISSN": gettext_lazy("ISSN"),
    "PMID": gettext_lazy("PubMed"),
    "URL": gettext_lazy("Address"),
    "abstract": gettext_lazy("Abstract"),
    "keyword": gettext_lazy("Keywords"),
    "topics": gettext_lazy("Topics"),
    "sectors": gettext_lazy("Sectors"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "license": gettext_lazy("Licence"),
    "edition": gettext_lazy("Edition"),
    "publisher-place": gettext_lazy("Place of publication"),
    "type": pgettext_lazy("of a publication", "Type"),
    "note": gettext_lazy("Note"),
}
LOCAL = ("kind", "summary", "topics", "sectors", "country")
_ALIASES = {
    "title": "title primarytitle documenttitle articletitle name",
    "author": "authorfullnames authors author authornames creator creators by", "editor": "editors editor",
    "issued": "issued dateoryear publicationdate dateofpublication datepublished published pubdate date"
    " publicationyear yearofpublication pubyear year",
    "publisher": "publisher institution organisation organization", "DOI": "doi", "ISBN": "isbn isbn13",
    "ISSN": "issn",
    "container-title": "journal sourcetitle journalorbook journalbook publicationtitle journaltitle secondarytitle"
    " booktitle publication source",
    "volume": "volume vol", "issue": "issue number no", "page": "pages page pagerange",
    "PMID": "pmid pubmed pubmedid", "URL": "url webaddress weblink address link website web urls",
    "abstract": "abstract abstractnote notesabstract description",
    "keyword": "keywords keyword authorkeywords manualtags tags subjects",
    "kind": "kind kindofresource", "summary": "summary summaryinplainenglish", "topics": "topics topic",
    "sectors": "sectors sector audience", "country": "country", "language": "language lang",
    "license": "licence license rights", "edition": "edition", "publisher-place": "place placeofpublication city",
    "type": "type typeofreference documenttype referencetype itemtype", "note": "note notes comments",
}  # fmt: skip
_TARGET = {alias: target for target, aliases in _ALIASES.items() for alias in aliases.split()}
# Zotero and others have a column for the year and one for the whole date.
SEVERAL = "issued"
MOST_COLUMNS = 100
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 1000
MOST_TAGS = 10_000_000
PIECE = 1024 * 1024
MOST_EMPTY_ROWS = 1000
MOST_ABOVE = 20
LONGEST_CELL = 1_000_000
_EXCEL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
_EXCEL_EPOCH = dt.date(1899, 12, 30)

Row = Sequence[Any]


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def guess(headings: Sequence[str]) -> dict[str, str]:
    """What each heading most likely means; of several for one thing that which says most, but every date and year."""
    best: dict[str, tuple[int, str]] = {}
    for heading in headings:
        plain = _plain(heading)
        if target := _TARGET.get(plain):
            rank = _ALIASES[target].split().index(plain)
            best[target] = min(best.get(target, (rank, heading)), (rank, heading), key=itemgetter(0))
    chosen = {heading: target for target, (_rank, heading) in best.items()}
    dated = {heading: SEVERAL for heading in headings if _TARGET.get(_plain(heading)) == SEVERAL}
    return {heading: {**chosen, **dated}[heading] for heading in headings if heading in chosen or heading in dated}


def csv_rows(text: str) -> Iterator[tuple[int, Row]]:
    """Each row with the line where it begins. Raises Unreadable with the line that is no CSV."""
    head, _newline, rest = text.partition("\n")
    first = 1
    # What Excel writes and reads to say how cells are parted.
    if said := re.fullmatch(r'"?sep=(.)"?', head.strip(), re.IGNORECASE):
        text, first = rest, 2
    delimiter = said[1] if said else max(",;\t|", key=re.sub(r'"[^"]*"', "", head).count)
    csv.field_size_limit(LONGEST_CELL)
    taken: list[str] = []
    reader = csv.reader(_noting(io.StringIO(text), taken), delimiter=delimiter)
    while True:
        start = first + reader.line_num
        taken.clear()
        try:
            row = next(reader)
            if len(taken) > 1 and _is_open(taken, delimiter):
                raise Unreadable(_("A quotation mark in line %(line)d is never closed.") % {"line": start})
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(_("Line %(line)d cannot be read as CSV.") % {"line": start}) from error
        yield start, row[:MOST_COLUMNS]


def _noting(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for each in lines:
        taken.append(each)
        yield each


def _is_open(taken: list[str], delimiter: str) -> bool:
    """Whether a row of several lines came to its end only because the file did: all behind the mark would be lost."""
    try:
        list(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def excel_rows(content: bytes) -> Iterator[tuple[int, Row]]:
    """Each row of the first sheet shown, with its number. Raises Unreadable for what is no workbook, or swells."""
    _check_archive(content)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = _shown(book)[0]
        empty = 0
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            empty = 0 if any(cell is not None for cell in row) else empty + 1
            if empty > MOST_EMPTY_ROWS:
                break
            yield number, row
        book.close()
    # Whatever is wrong inside: openpyxl names no errors of its own for most of it.
    except Exception as error:
        raise Unreadable(_("This Excel file is damaged. Please save it again, or as CSV.")) from error


def _shown(book: Any) -> list[Any]:
    """The sheets that somebody who opens the workbook sees; where all are hidden, the first."""
    return [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets[:1]


def unread_sheets(content: bytes) -> list[str]:
    """The names of the sheets shown that hold something and are not read: all but the first."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        found = [line(one.title) for one in _shown(book)[1:] if _holds_something(one)]
        book.close()
    # As in `excel_rows`; what is wrong with another sheet takes nothing from the one that was read.
    except Exception:
        return []
    return found


def _holds_something(sheet: Any) -> bool:
    rows = sheet.iter_rows(max_row=MOST_ABOVE, max_col=MOST_COLUMNS, values_only=True)
    return any(cell is not None for row in rows for cell in row)


def _check_archive(content: bytes) -> None:
    too_large = Unreadable(_("This Excel file is too large. Please cut it into smaller ones."))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise too_large
        # Packed, a million empty cells are a few kilobytes; read one by one they hold a worker up for minutes.
        if sum(_tags(archive, part) for part in parts) > MOST_TAGS:
            raise too_large
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OverflowError, RuntimeError) as error:
        raise Unreadable(_("This is no Excel file (.xlsx).")) from error


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    with archive.open(part) as unpacked:
        return sum(piece.count(b"<") for piece in iter(lambda: unpacked.read(PIECE), b""))


def headings(rows: Iterator[tuple[int, Row]]) -> list[str]:
    """The row of headings, as text. Raises Unreadable for an empty table."""
    return _headed(rows)[0]


def _headed(rows: Iterator[tuple[int, Row]]) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    """The headings and the rows below: the first row with a title's heading, else the first that holds anything.

    Above it people write what the list is. Raises Unreadable for an empty table.
    """
    top = list(islice(rows, MOST_ABOVE))
    named = [[line(_text(cell)) for cell in row] for _number, row in top]
    filled = [place for place, found in enumerate(named) if any(found)]
    if not filled:
        raise Unreadable(_("The table is empty."))
    place = next((place for place in filled if "title" in guess(named[place]).values()), filled[0])
    found = named[place]
    while not found[-1]:
        found.pop()
    return found, chain(top[place + 1 :], rows)


def read(rows: Iterator[tuple[int, Row]], mapping: Mapping[str, str] | None = None) -> Iterator[Record | Failure]:
    """A record for each row under the headings. `mapping` says what a heading means, else it is guessed."""
    titles, rows = _headed(rows)
    targets = mapping if mapping is not None else guess(titles)
    if "title" not in targets.values():
        raise Unreadable(_("No column holds the title. Please say which one does."))
    number = 0
    for place, row in rows:
        cells: dict[str, str] = {}
        for name, cell in zip(titles, row, strict=False):
            if name in targets:
                target, text = targets[name], _text(cell)
                # Of two columns with the same heading the first that is filled counts; a date says more than a year.
                if not cells.get(target, "").strip() or (target == SEVERAL and len(text) > len(cells[target])):
                    cells[target] = text
        if not any(value.strip() for value in cells.values()):
            continue
        number += 1
        yield result(_item(cells), number, place)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return "" if text in _EXCEL_ERRORS else bare_cell(text)


def _date(text: str) -> dates.Date:
    """A date or a span; also the day's number that Excel shows where a cell lost its format."""
    text = text.strip()
    if re.fullmatch(r"[2-5]\d{4}", text):
        text = (_EXCEL_EPOCH + dt.timedelta(days=int(text))).isoformat()
    return dates.read_span(text)


def _item(cells: dict[str, str]) -> dict[str, Any]:
    raw: dict[str, Any] = {name: value for name, value in cells.items() if name not in LOCAL}
    for name in ("author", "editor"):
        raw[name] = names.read_many(cells.get(name, ""))
    raw["issued"] = _date(cells.get("issued", ""))
    raw["keyword"] = _keywords(cells.get("keyword", ""))
    kind = cells.get("type", "").strip().lower().replace(" ", "-")
    is_article = cells.get("container-title", "").strip() and kind not in TYPES
    raw["type"] = "article-journal" if is_article else kind
    custom = {name: line(cells[name]) for name in LOCAL if cells.get(name, "").strip()}
    return {**raw, "custom": custom} if custom else raw


def _keywords(text: str) -> str:
    """Between semicolons, as everywhere here; where there are none, commas part them."""
    return text if ";" in text else "; ".join(part.strip() for part in text.split(",") if part.strip())


def write(items: Iterable[Item]) -> Iterator[str]:
    """A table in which no cell is a formula; `read` understands it."""
    return lines(chain([map(str, COLUMNS.values())], ([_cell(item, name) for name in COLUMNS] for item in items)))


def _cell(item: Item, name: str) -> str:
    if name in ("author", "editor"):
        shown = "; ".join(names.write(person).replace(";", ",") for person in item.get(name, ()))
        # One name alone with a semicolon behind it stays one name when it is read again.
        return f"{shown};" if len(item.get(name, ())) == 1 and "," in shown else shown
    if name == "issued":
        issued = item.get("issued") or {}
        both = issued.get("date-parts") or []
        return (
            str(issued.get("literal", ""))
            if not both
            else "/".join(dates.text({"date-parts": [parts]}) for parts in both)
        )
    value = item.get("custom", {}).get(name, "") if name in LOCAL else item.get(name, "")
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
