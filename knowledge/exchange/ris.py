"""RIS, in and out: what EndNote, Zotero, Mendeley and most databases write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from knowledge.exchange import dates, names
from knowledge.exchange.record import MOST_NAMES, Failure, Item, Record, line, result
from knowledge.identifiers import bare_issn, first_isbn

if TYPE_CHECKING:
    from rispy import RisParser

TYPES = {
    "JOUR": "article-journal", "JFULL": "periodical", "EJOUR": "article-journal", "MGZN": "article-magazine",
    "NEWS": "article-newspaper", "ABST": "article-journal", "BOOK": "book", "EBOOK": "book", "EDBOOK": "book",
    "CHAP": "chapter", "ECHAP": "chapter", "CONF": "paper-conference", "CPAPER": "paper-conference",
    "THES": "thesis", "RPRT": "report", "GOVDOC": "report", "ELEC": "webpage", "WEB": "webpage", "ICOMM": "webpage",
    "BLOG": "post-weblog", "DATA": "dataset", "AGGR": "dataset", "COMP": "software", "VIDEO": "motion_picture",
    "MPCT": "motion_picture", "SOUND": "song", "MUSIC": "musical_score", "LEGAL": "legislation",
    "STAT": "legislation", "BILL": "bill", "HEAR": "hearing", "CASE": "legal_case", "MANSCPT": "manuscript",
    "UNPB": "manuscript", "PAMP": "pamphlet", "PAT": "patent", "STAND": "standard", "SLIDE": "speech", "MAP": "map",
    "ART": "graphic", "PCOMM": "personal_communication", "ENCYC": "entry-encyclopedia", "DICT": "entry-dictionary",
    "GEN": "document", "INPR": "article", "UNBILL": "bill",
}  # fmt: skip
_BACK = {kind: name for name, kind in reversed(TYPES.items())}
# The first tag of each row that is there; several formats of RIS give the same thing other names.
TAGS = {
    "title": ("TI", "T1", "CT"), "container-title": ("JF", "T2", "BT", "JO", "JA", "J2"),
    "container-title-short": ("JA", "J2", "JO"),
    "collection-title": ("T3",), "volume": ("VL",), "issue": ("IS",), "publisher": ("PB",),
    "publisher-place": ("CY", "PP"), "abstract": ("AB", "N2"), "DOI": ("DO",), "URL": ("UR", "L2"),
    "language": ("LA",), "edition": ("ET",), "id": ("ID",), "title-short": ("ST",), "number": ("M1",),
    "archive": ("DP",),
}  # fmt: skip
_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: |$)")
_START = re.compile(r"TY  ?-")
_END = re.compile(r"ER  ?-\s*$")
# Web of Science closes the file with it.
_LAST = re.compile(r"EF  ?-\s*$")
END = "\r\n"


def read(text: str) -> Iterator[Record | Failure]:
    """Each record of the file, or why it is none. Lines between records (numbers, headings) are passed over."""
    for number, (start, lines, is_closed) in enumerate(_records(text.split("\n")), 1):
        yield _result(lines, number, start, is_closed)


def _records(lines: list[str]) -> Iterator[tuple[int, list[str], bool]]:
    """The line where a record begins, its lines from TY to ER, and whether it ends before the next begins.

    What begins without TY is a record too, so that its loss is told.
    """
    gathered: list[str] = []
    start = 0
    for place, text in enumerate(lines, 1):
        begins = _START.match(text)
        if begins and gathered:
            yield start, gathered, False
            gathered = []
        if begins or (not gathered and _TAG.match(text) and not _END.match(text) and not _LAST.match(text)):
            start = place
        if gathered or start == place:
            gathered.append(text)
        if gathered and _END.match(text):
            yield start, gathered, True
            gathered = []
    if gathered:
        yield start, gathered, False


def _result(lines: list[str], number: int, start: int, is_closed: bool) -> Record | Failure:
    if not _START.match(lines[0]):
        return Failure(_("The record does not begin with a line “TY”."), number, start)
    if not is_closed:
        return Failure(_("The record has no last line “ER”."), number, start)
    return result(_raw(_values(lines)), number, start)


@lru_cache(1)
def _parser() -> RisParser:
    """rispy's parser, keeping every tag under its own name as a list of lines."""
    import rispy

    class Parser(rispy.RisParser):
        def parse_line(self, line: str) -> tuple[str | None, str]:
            found = _TAG.match(line)
            return (found[1], line[found.end() :].strip()) if found else (None, line.strip())

    tags = [f"{first}{second}" for first in _LETTERS for second in _LETTERS + "0123456789"]
    return Parser(mapping={tag: tag for tag in tags}, list_tags=tags, delimiter_tags_mapping={})


# Of one record; what stands behind them is passed over.
MOST_LINES = 20_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Tags of which a further line says another value; a further line of any other goes on with the text.
_LISTS = frozenset(("KW", "AU", "A1", "A2", "A3", "A4", "ED", "UR"))


def _values(lines: list[str]) -> dict[str, list[str]]:
    lines = [lines[0], *islice(_joined(lines[1:-1]), MOST_LINES), "ER  - "]
    found = _parser().parse_lines(iter(lines))[0]
    return {tag: values if isinstance(values, list) else [values] for tag, values in found.items()}


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines as tags, where text that goes on stands in one line."""
    gathered = ""
    for text in lines:
        if _TAG.match(text):
            if gathered:
                yield gathered
            gathered = text
        elif not gathered or not text.strip():
            continue
        elif gathered[:2] in _LISTS:
            yield gathered
            gathered = f"{gathered[:2]}  - {text.strip()}"
        else:
            gathered = f"{gathered} {text.strip()}"
    if gathered:
        yield gathered


def _raw(values: dict[str, list[str]]) -> dict[str, Any]:
    kind = values["TY"][0].split()[0].upper() if values["TY"][0].strip() else ""
    raw: dict[str, Any] = {"type": TYPES.get(kind, "document")}
    if raw["type"] == "book" and "BT" in values and "TI" not in values and "T1" not in values:
        values["TI"] = values.pop("BT")
    if raw["type"] == "book" and "T3" not in values:
        # A book stands in a series, not in a journal.
        values["T3"] = values.pop("T2", [])
    for name, tags in TAGS.items():
        text = next((value for tag in tags for value in values.get(tag, ()) if value), "")
        if text:
            raw[name] = text
    if raw.get("container-title-short") == raw.get("container-title"):
        raw.pop("container-title-short", None)
    editors = ("ED", "A2") if raw["type"] in ("chapter", "paper-conference", "article-journal") else ("ED", "A2", "A3")
    for name, tags in (("author", ("AU", "A1")), ("editor", editors), ("translator", ("A4",))):
        raw[name] = [_person(value) for tag in tags for value in values.get(tag, ())[:MOST_NAMES]]
    first, last = (values.get(tag, [""])[0] for tag in ("SP", "EP"))
    raw["page"] = f"{first}-{last}" if first and last not in ("", first) and not first.endswith(f"-{last}") else first
    raw["issued"] = _date(values, "DA", "PY", "Y1")
    raw["accessed"] = _date(values, "Y2")
    raw["keyword"] = "; ".join(value for value in values.get("KW", ()) if value)
    raw["note"] = " ".join(value for value in values.get("N1", ()) if value)
    _numbers(raw, values)
    return raw


def _person(text: str) -> names.Name:
    """RIS puts a comma behind every surname: a line without one is a body, and stays whole."""
    if "," in text:
        return names.read(text.replace(",", ", "))
    return {"literal": line(text)} if text.strip() else {}


def _numbers(raw: dict[str, Any], values: dict[str, list[str]]) -> None:
    number = "; ".join(value for value in values.get("SN", ()) if value)
    if number:
        is_book = first_isbn(number) or (raw["type"] in ("book", "chapter") and len(re.sub(r"\D", "", number)) > 8)
        raw["ISBN" if is_book else "ISSN"] = number
        if is_book and (found := bare_issn(number)):
            raw["ISSN"] = found
    if values.get("AN") and "pubmed" in " ".join(values.get("DB", [])).lower():
        raw["PMID"] = values["AN"][0]
    for tag in ("M3", "N1"):
        value = values.get(tag, [""])[0]
        if value.lower().startswith("doi:"):
            raw.setdefault("DOI", value)
        elif tag == "M3" and value:
            raw["genre"] = value


def _date(values: dict[str, list[str]], *tags: str) -> dates.Date:
    """The most exact of the dates: "2014//" is a year, "2001/09/01/" a day."""
    texts = [(tag, value.rstrip("/ ")) for tag in tags for value in values.get(tag, ()) if value.strip("/ ")]
    found = [dates.read(value) for _tag, value in texts]
    year = next((value for tag, value in texts if tag == "PY" and re.fullmatch(r"\d{4}", value)), "")
    # Web of Science writes the month alone, and the year elsewhere: "DA  - JAN 15".
    found += [dates.read(f"{value} {year}") for tag, value in texts if tag == "DA" and year and year not in value]
    return max(found, key=lambda date: len((date.get("date-parts") or [[]])[0]), default={})


def write(items: Iterable[Item]) -> Iterator[str]:
    """One record for each item, lines ending as the format wants them."""
    for item in items:
        rows = [("TY", _BACK.get(item["type"], "GEN")), *_rows(item)]
        record = "".join(f"{tag}  - {line(value)}{END}" for tag, value in rows if value)
        yield f"{record}ER  - {END}{END}"


def _rows(item: Item) -> Iterator[tuple[str, str]]:
    for name, tags in TAGS.items():
        yield tags[0], str(item.get(name, ""))
    for name, tag in (("author", "AU"), ("editor", "A2"), ("translator", "A4")):
        for person in item.get(name, ()):
            yield tag, names.write(person) if "literal" not in person else person["literal"].replace(",", "")
    issued = item.get("issued") or {}
    date = dates.text(issued)
    yield "PY", date[:4] or issued.get("literal", "")
    yield "DA", date.replace("-", "/") if len(date) > 4 else ""
    yield "Y2", dates.text(item.get("accessed")).replace("-", "/")
    first, dash, last = item.get("page", "").partition("-")
    yield "SP", first
    yield "EP", last if dash else ""
    for keyword in item.get("keyword", "").split(";"):
        yield "KW", keyword.strip()
    yield "SN", item.get("ISBN", "")
    yield "SN", item.get("ISSN", "")
    if item.get("PMID"):
        yield "AN", item["PMID"]
        yield "DB", "PubMed"
    yield "M3", item.get("genre", "")
    yield "N1", item.get("note", "")
