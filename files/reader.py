"""Reads the words of one document in a process of its own, which may not take more time or memory than it is given.

Run by limited.py (see apart.py) with ENDING as its argument, the document on its standard input. It writes a line of
JSON for each page, [number or null, text], and a last one, the outcome. What kills it leaves the pages before.
It knows nothing of the site: a file that takes it over finds no settings and no database here.
"""

from __future__ import annotations

import datetime
import html.parser
import io
import json
import posixpath
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, ClassVar
from xml.parsers import expat

MOST_PAGES = 3000
MOST_CHARACTERS = 1_000_000
MOST_BYTES_A_PART = 60 * 1024 * 1024
READ, SHORTENED, LOCKED, BROKEN, TOO_LARGE = "read", "shortened", "locked", "broken", "too_large"
# Twice what was found, and room for escapes: the file that takes the answer cannot fill a disk.
MOST_BYTES_OUT = MOST_CHARACTERS * 8

Page = tuple[int | None, str]
Row = dict[int, str]
_BESIDE_CELLS = re.compile(r"xl/(comments|threadedComments|drawings)")
_BROKEN_WORD = re.compile(r"(\w)[-\u00ad\u2010]\n(?=[a-z])")
# What stands beside the text of an RTF file, which the library would leave out: each becomes a paragraph of its own.
_BESIDE_RTF = re.compile(r"(?<!\\)(?:\\\*)?\\(?:header|footer|footnote|annotation|shpinst|shptxt|shp)[lrf]?(?![a-z])")
_LIGATURES = re.compile("[\ufb00-\ufb06]")


class LockedError(Exception):
    """The document wants a password."""


class BrokenError(Exception):
    """The document is not what its ending says."""


def pages_of_pdf(content: bytes) -> Iterator[Page]:
    """Number and text of each page. Errors: LockedError, BrokenError."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        opened = PdfReader(io.BytesIO(content))
        # Many are locked against changes only, and open with an empty password.
        if opened.is_encrypted and not opened.decrypt(""):
            raise LockedError
        pages = opened.pages
        for number in range(min(len(pages), MOST_PAGES)):
            yield number + 1, pages[number].extract_text()
    except DependencyError as error:
        raise LockedError from error
    except PyPdfError as error:
        raise BrokenError from error


class _Words:
    """Text between the XML elements of an office format, a line for each paragraph. Flat in memory."""

    def __init__(self, texts: set[str], lines: set[str], gaps: set[str], skipped: set[str], pages: set[str]) -> None:
        self.texts, self.lines, self.gaps, self.skipped, self.page_names = texts, lines, gaps, skipped, pages
        self.depth = self.skipping = 0
        self.in_page = False
        self.parts: list[str] = []
        self.found: list[str] = []

    def read(self, part: IO[bytes]) -> list[str]:
        """The text, cut where a page begins."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        _parse(parser, part)
        return [*self.found, "".join(self.parts)]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.skipping += local in self.skipped
        self.depth += local in self.texts
        if local in self.gaps:
            self.parts.append(" ")
        if local in self.page_names:
            if self.in_page:
                self.found.append("".join(self.parts))
                self.parts.clear()
            self.in_page = True

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self.skipping -= local in self.skipped
        self.depth -= local in self.texts
        if local in self.lines:
            self.parts.append("\n")

    def _text(self, text: str) -> None:
        if self.depth and not self.skipping:
            self.parts.append(text)


def _elements(part: IO[bytes]) -> list[tuple[str, dict[str, str]]]:
    """Names, without their prefixes, and attributes of all elements of a small part."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    _parse(parser, part)
    return found


def _parse(parser: expat.XMLParserType, part: IO[bytes]) -> None:
    parser.StartDoctypeDeclHandler = _refuse
    while chunk := part.read(65536):
        parser.Parse(chunk)
    parser.Parse(b"", True)


def _refuse(*_declaration: object) -> None:
    raise BrokenError("No office program writes a document type; entity bombs need one.")


def _office_words() -> _Words:
    """Word and PowerPoint name these alike. A fallback repeats what stands beside it."""
    return _Words({"t"}, {"p"}, {"br", "cr", "tab"}, {"Fallback"}, set())


def _open_words() -> _Words:
    skipped = {"tracked-changes", "annotation"}
    return _Words({"p", "h"}, {"p", "h"}, {"s", "tab", "line-break"}, skipped, {"page"})


class _Archive:
    """A zip of XML parts, each opened no wider than it may be."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))

    def part(self, name: str) -> IO[bytes]:
        if self.zip.getinfo(name).file_size > MOST_BYTES_A_PART:
            raise MemoryError
        return self.zip.open(name)

    def words(self, name: str) -> str:
        return "\n".join(_office_words().read(self.part(name)))

    def related(self, name: str, kind: str) -> dict[str, str]:
        """The parts of this kind that a part names, by the name it gives them."""
        folder, base = posixpath.split(name)
        relations = f"{folder}/_rels/{base}.rels".lstrip("/")
        if relations not in self.zip.namelist():
            return {}
        found = {}
        for local, each in _elements(self.part(relations)):
            is_wanted = local == "Relationship" and each.get("Type", "").endswith(f"/{kind}")
            if is_wanted and each.get("TargetMode") != "External":
                found[each.get("Id", "")] = posixpath.normpath(posixpath.join(folder, each["Target"])).lstrip("/")
        return found

    @property
    def main(self) -> str:
        return next(iter(self.related("", "officeDocument").values()))


def pages_of_docx(content: bytes) -> Iterator[Page]:
    archive = _Archive(content)
    yield None, archive.words(archive.main)
    # First, even and odd pages each have a header of their own, mostly with the same words.
    kinds = ("header", "footer", "footnotes", "endnotes", "comments")
    beside = (archive.words(name) for kind in kinds for name in archive.related(archive.main, kind).values())
    yield from ((None, words) for words in dict.fromkeys(beside))


def pages_of_pptx(content: bytes) -> Iterator[Page]:
    """Each slide with what its speaker noted, in the order in which they are shown."""
    archive = _Archive(content)
    slides = archive.related(archive.main, "slide")
    shown = [
        value
        for local, attributes in _elements(archive.part(archive.main))
        if local == "sldId"
        for name, value in attributes.items()
        if name.endswith(":id")
    ]
    for number, name in enumerate((slides[key] for key in shown[:MOST_PAGES] if key in slides), start=1):
        notes = archive.related(name, "notesSlide").values()
        yield number, "\n".join(map(archive.words, (name, *notes)))


def pages_of_open_document(content: bytes) -> Iterator[Page]:
    archive = _Archive(content)
    found = _open_words().read(archive.part("content.xml"))
    for number, text in enumerate(found, start=1):
        yield number if len(found) > 1 else None, text
    notes = _Words({"annotation"}, {"p"}, {"s", "tab", "line-break"}, {"creator", "date", "tracked-changes"}, set())
    yield None, "\n".join(notes.read(archive.part("content.xml")))


def pages_of_odt(content: bytes) -> Iterator[Page]:
    """The text, and then the headers and footers, which stand among the styles."""
    yield from pages_of_open_document(content)
    archive = _Archive(content)
    if "styles.xml" in archive.zip.namelist():
        yield None, "\n".join(_open_words().read(archive.part("styles.xml")))


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each row of a table. What the first one calls its columns stands beside each value, as in a form."""
    heads: Row | None = None
    for row in rows:
        if heads is None:
            # A title stands alone above its table.
            heads = row if len(row) > 1 else None
            yield " ".join(row.values())
        else:
            yield ", ".join(f"{heads[at]}: {value}" if at in heads else value for at, value in row.items())


def pages_of_xlsx(content: bytes) -> Iterator[Page]:
    """The sheets, hidden ones too, and then what stands beside cells: notes, comments, boxes of text."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for number, sheet in enumerate(book.worksheets[:MOST_PAGES], start=1):
        sheet.reset_dimensions()  # a file may say that it is smaller than it is
        cells = ({at: _shown(value) for at, value in enumerate(row) if value is not None} for row in sheet.values)
        yield number, "\n".join([sheet.title, *_lines(filter(None, cells))])
    archive = _Archive(content)
    for name in archive.zip.namelist():
        if name.endswith(".xml") and _BESIDE_CELLS.match(name):
            beside = _Words({"t", "text"}, {"p", "comment", "threadedComment"}, {"br"}, set(), set())
            yield None, "\n".join(beside.read(archive.part(name)))


def _shown(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class _Sheets:
    """The rows of each sheet of an OpenDocument table."""

    def __init__(self) -> None:
        self.pages: list[list[Row]] = []
        self.row: Row = {}
        self.words: list[str] = []
        self.at = self.width = 0

    def read(self, part: IO[bytes]) -> list[list[Row]]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self.words.append
        _parse(parser, part)
        return self.pages

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "table":
            self.pages.append([])
        elif local == "table-row":
            self.row, self.at = {}, 0
        elif local in ("table-cell", "covered-table-cell"):
            self.words.clear()
            self.width = int(attributes.get("table:number-columns-repeated", "1"))
        else:
            self.words.append(" ")

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in ("table-cell", "covered-table-cell"):
            if text := " ".join("".join(self.words).split()):
                self.row[self.at] = text
            self.at += self.width
        elif local == "table-row" and self.row and self.pages:
            self.pages[-1].append(self.row)


def pages_of_open_table(content: bytes) -> Iterator[Page]:
    for number, rows in enumerate(_Sheets().read(_Archive(content).part("content.xml"))[:MOST_PAGES], start=1):
        yield number, "\n".join(_lines(rows))


def pages_of_rtf(content: bytes) -> Iterator[Page]:
    from striprtf.striprtf import rtf_to_text

    text = _BESIDE_RTF.sub(lambda _word: "\\par ", content.decode("latin-1"))
    yield None, rtf_to_text(text, errors="replace")


class _PageWords(html.parser.HTMLParser):
    """The words of an HTML page that a reader would see, and its title."""

    UNSEEN: ClassVar = {"script", "style", "template", "noscript", "svg", "textarea", "select"}
    INLINE: ClassVar = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "q", "s", "small", "span", "strong"}

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.UNSEEN:
            self.unseen.append(tag)
        elif tag not in self.INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.unseen and tag == self.unseen[-1]:
            self.unseen.pop()
        elif tag not in self.INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(" ".join(data.split("\n")))


def pages_of_html(content: bytes) -> Iterator[Page]:
    declared = re.search(rb"""<meta[^>]{1,200}charset=["']?([\w-]{2,20})""", content[:4096], re.IGNORECASE)
    parser = _PageWords()
    parser.feed(_decoded(content, declared[1].decode() if declared else ""))
    parser.close()
    yield None, "".join(parser.parts)


def pages_of_text(content: bytes) -> Iterator[Page]:
    yield None, _decoded(content)


def _decoded(content: bytes, declared: str = "") -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for name in ("utf-8-sig", declared):
        try:
            return content.decode(name or "cp1252")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


FORMATS: dict[str, Callable[[bytes], Iterator[Page]]] = {
    "docx": pages_of_docx,
    "html": pages_of_html,
    "odp": pages_of_open_document,
    "ods": pages_of_open_table,
    "odt": pages_of_odt,
    "pdf": pages_of_pdf,
    "pptx": pages_of_pptx,
    "rtf": pages_of_rtf,
    "txt": pages_of_text,
    "xlsx": pages_of_xlsx,
}


def tidy(text: str) -> str:
    """One line for each line that has words; words that were broken at a line's end made whole."""
    text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    lines = (" ".join(line.split()) for line in _BROKEN_WORD.sub(r"\1", text).split("\n"))
    return "\n".join(line for line in lines if line)


def read(ending: str, content: bytes) -> Iterator[Page | str]:
    """Each page that has words, and last the outcome."""
    left = MOST_CHARACTERS
    try:
        for number, text in FORMATS[ending](content):
            kept = tidy(text)[:left]
            left -= len(kept)
            if kept:
                yield number, kept
            if not left or number == MOST_PAGES:
                yield SHORTENED
                return
        yield READ
    except LockedError:
        yield LOCKED
    except (MemoryError, RecursionError):
        yield TOO_LARGE
    except Exception:
        # What a parser stumbles over in a broken file can be anything, and this process has no other purpose.
        yield BROKEN


def main() -> None:
    for part in read(sys.argv[1], sys.stdin.buffer.read()):
        print(json.dumps(part), flush=True)


if __name__ == "__main__":
    main()
