"""BibTeX and BibLaTeX, in and out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from knowledge.exchange import dates, latex, names
from knowledge.exchange.record import LONGEST_VALUE, MOST_NAMES, Failure, Item, Record, line, result

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry, String

TYPES = {
    "article": "article-journal", "book": "book", "mvbook": "book", "booklet": "pamphlet",
    "collection": "collection", "inbook": "chapter", "incollection": "chapter", "bookinbook": "chapter",
    "suppbook": "chapter", "inproceedings": "paper-conference", "conference": "paper-conference",
    "proceedings": "book", "manual": "report", "report": "report", "techreport": "report",
    "mastersthesis": "thesis", "phdthesis": "thesis", "thesis": "thesis", "unpublished": "manuscript",
    "online": "webpage", "electronic": "webpage", "www": "webpage", "dataset": "dataset", "software": "software",
    "patent": "patent", "periodical": "periodical", "video": "motion_picture", "movie": "motion_picture",
    "audio": "song", "legislation": "legislation", "standard": "standard", "misc": "document",
    "inreference": "entry-encyclopedia", "review": "review", "speech": "speech",
}  # fmt: skip
_BACK = {
    **{kind: name for name, kind in reversed(TYPES.items())}, "article-magazine": "article",
    "article-newspaper": "article", "document": "misc", "book": "book", "chapter": "incollection",
    "paper-conference": "inproceedings", "report": "techreport", "thesis": "phdthesis", "webpage": "online",
    "motion_picture": "video",
}  # fmt: skip
GENRES = {"mastersthesis": "Master’s thesis", "phdthesis": "PhD thesis"}
FIELDS = {
    "abstract": "abstract", "annote": "note", "chapter": "chapter-number", "doi": "DOI", "edition": "edition",
    "isbn": "ISBN", "issn": "ISSN", "issue": "issue", "keywords": "keyword", "langid": "language",
    "language": "language", "journal": "container-title", "journaltitle": "container-title",
    "booktitle": "container-title", "shortjournal": "container-title-short", "maintitle": "container-title",
    "note": "note", "number": "issue", "pagetotal": "number-of-pages", "pmid": "PMID", "pmcid": "PMCID",
    "publisher": "publisher", "institution": "publisher", "school": "publisher", "organization": "publisher",
    "series": "collection-title", "shorttitle": "title-short", "title": "title", "type": "genre", "url": "URL",
    "version": "version", "volume": "volume", "volumes": "number-of-volumes", "address": "publisher-place",
    "location": "publisher-place", "venue": "event-place", "eventtitle": "event-title", "copyright": "license",
    "pages": "page", "pubstate": "status",
}  # fmt: skip
_BARE = frozenset(("url", "doi", "isbn", "issn", "pmid", "pmcid", "file", "eprint"))
_INHERITED = "author editor publisher address location year month date series volume isbn journal journaltitle doi url"
_START = re.compile(r"^[ \t]*@[ \t]*(\w[\w-]*)[ \t]*[{(]", re.MULTILINE)
# JabRef writes entries without a key: "@article{title = …".
_KEYLESS = re.compile(r"^([ \t]*@[ \t]*(?!string\b)\w+[ \t]*[{(]\s*)(\w+\s*=)", re.MULTILINE | re.IGNORECASE)
_KEY = re.compile(r"[^A-Za-z0-9:._-]+")
AT_ONCE = 200


def read(text: str) -> Iterator[Record | Failure]:
    """Each entry of the file, or why it is none. `@string` holds for what follows it, `crossref` for the whole file."""
    number = 0
    known: dict[str, dict[str, str]] = {}
    wanted = {
        match.lower() for match in re.findall(r"(?:crossref|xdata)\s*=\s*[{\"]\s*([^}\"\s,]+)", text, re.IGNORECASE)
    }
    parents = _parents(text, wanted) if wanted else known
    for block, start, strings in _blocks(text):
        if _is_entry(block) or _is_failed(block):
            number += 1
            yield _result(block, number, start + (block.start_line or 0) + 1, strings, parents)


def _is_entry(block: Block) -> bool:
    return _entry(block) is not None


def _is_failed(block: Block) -> bool:
    from bibtexparser.model import ParsingFailedBlock

    raw = (block.raw or "").lstrip().lower()
    return isinstance(block, ParsingFailedBlock) and not raw.startswith(("@comment", "@preamble", "@string"))


def _blocks(text: str) -> Iterator[tuple[Block, int, dict[str, str]]]:
    """The file's blocks, each with the lines above its piece and the strings so far: small pieces keep memory small."""
    import bibtexparser

    # Its warnings quote the file.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    strings: dict[str, str] = {}
    for piece, start in _pieces(text):
        # Nothing is resolved for us: what has another's key would be passed over, and "#" is not known.
        library = bibtexparser.parse_string(_KEYLESS.sub(r"\1,\2", piece), parse_stack=[])
        for block in library.blocks:
            if (string := _string(block)) is not None:
                strings[string.key.lower()] = _value(string.value, strings)
            else:
                yield block, start, strings


def _string(block: Block) -> String | None:
    from bibtexparser.model import DuplicateBlockKeyBlock, String

    inner = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
    return inner if isinstance(inner, String) else None


def _value(raw: object, strings: Mapping[str, str]) -> str:
    """What stands behind "=": texts in braces or quotation marks, numbers and names of strings, joined by "#".

    Cut behind the part that makes it longer than a value may be.
    """
    parts, begin, depth, quoted, text = [], 0, 0, False, str(raw)
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        quoted ^= sign == '"' and depth == 0
        if sign == "#" and depth == 0 and not quoted:
            parts.append(text[begin:place])
            begin = place + 1
    parts.append(text[begin:])
    found = ""
    for part in parts:
        found += _part(part.strip(), strings)
        # Strings made of strings made of strings: a page of them would fill any memory.
        if len(found) > LONGEST_VALUE:
            break
    return found


def _part(text: str, strings: Mapping[str, str]) -> str:
    if len(text) > 1 and text[0] + text[-1] in ("{}", '""'):
        return text[1:-1]
    return strings.get(text.lower(), text)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """The text cut before every so many entries, each piece with the number of lines above it."""
    begin = line_count = 0
    starts = [match.start() for match in _START.finditer(text)]
    for cut in [*starts[AT_ONCE::AT_ONCE], len(text)]:
        piece = text[begin:cut]
        if piece.strip():
            yield piece, line_count
        line_count += piece.count("\n")
        begin = cut


def _parents(text: str, wanted: set[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for block, _start, strings in _blocks(text):
        entry = _entry(block)
        if entry is not None and entry.key.lower() in wanted:
            found.setdefault(entry.key.lower(), _fields(entry, strings))
    return found


def _entry(block: Block) -> Entry | None:
    """The entry, also one whose key another has, or a field of which stands twice: that is the file's own business."""
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry

    inner = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock) else block
    return inner if isinstance(inner, Entry) else None


def _fields(entry: Entry, strings: Mapping[str, str]) -> dict[str, str]:
    return {field.key.lower(): _value(field.value, strings) for field in reversed(entry.fields)}


def _result(
    block: Block, number: int, at: int, strings: Mapping[str, str], parents: Mapping[str, dict[str, str]]
) -> Record | Failure:
    entry = _entry(block)
    if entry is None:
        why = _("The entry cannot be read: a bracket, a quotation mark or a comma is missing.")
        return Failure(why, number, at)
    return result(_raw(entry.entry_type.lower(), entry.key, _fields(entry, strings), parents), number, at)


def _raw(kind: str, key: str, fields: dict[str, str], parents: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    fields = _with_parent(fields, kind, parents.get(fields.get("crossref", "").strip().lower()))
    raw: dict[str, Any] = {"type": TYPES.get(kind, "document"), "id": key}
    for name, target in FIELDS.items():
        if fields.get(name) and target not in raw:
            value = fields[name] if name in _BARE else latex.to_text(fields[name])
            raw[target] = latex.unbraced(value) if name in _BARE else value
    for name in ("author", "editor", "translator"):
        if fields.get(name):
            raw[name] = people(fields[name])
    raw["issued"] = _issued(fields)
    raw["accessed"] = dates.read(fields.get("urldate", ""))
    _mend(raw, fields, kind)
    return raw


def _mend(raw: dict[str, Any], fields: dict[str, str], kind: str) -> None:
    """What BibTeX says with two fields, or means otherwise in some kinds of entry."""
    if kind in GENRES and "genre" not in raw:
        raw["genre"] = GENRES[kind]
    if fields.get("subtitle") and raw.get("title"):
        raw["title"] = f"{raw['title']}: {latex.to_text(fields['subtitle'])}"
    if fields.get("booksubtitle") and raw.get("container-title"):
        raw["container-title"] = f"{raw['container-title']}: {latex.to_text(fields['booksubtitle'])}"
    if raw["type"] not in ("article-journal", "paper-conference") and fields.get("number"):
        name = "number" if raw["type"] in ("report", "standard", "patent") else "collection-number"
        raw[name] = latex.to_text(fields["number"])
        if not fields.get("issue"):
            raw.pop("issue", None)
    if "page" in raw:
        raw["page"] = re.sub(r"\s*[-–—]+\s*", "-", raw["page"])
    if (fields.get("eprinttype") or fields.get("archiveprefix", "")).lower() in ("pubmed", "pmid"):
        raw.setdefault("PMID", fields.get("eprint", ""))
    how = fields.get("howpublished", "")
    if how:
        address = re.search(r"https?://[^\s{}]+", how)
        raw.setdefault("URL" if address else "publisher", address[0] if address else latex.to_text(how))
    if "keyword" in raw:
        sign = ";" if ";" in raw["keyword"] else ","
        raw["keyword"] = "; ".join(part.strip() for part in raw["keyword"].split(sign) if part.strip())


def _with_parent(fields: dict[str, str], kind: str, parent: dict[str, str] | None) -> dict[str, str]:
    """What the entry takes over from the one that `crossref` names; a parent's title is its parts' container."""
    if not parent:
        return fields
    taken = {name: value for name, value in parent.items() if name in _INHERITED.split()}
    if TYPES.get(kind) in ("chapter", "paper-conference"):
        taken.pop("author", None)
        taken["booktitle"] = parent.get("title", "")
    elif kind == "article":
        taken["journaltitle"] = parent.get("title", "")
    elif "title" in parent:
        taken["title"] = parent["title"]
    return {**taken, **fields}


def _issued(fields: dict[str, str]) -> dates.Date:
    if fields.get("date"):
        return dates.read_span(latex.to_text(fields["date"]))
    year = latex.to_text(fields.get("year", ""))
    found = dates.read(year)
    parts = found.get("date-parts")
    name = latex.to_text(fields.get("month", ""))
    if parts and len(parts[0]) == 1 and (month := dates.month(name)):
        # Some write the day into the month: "2~sep".
        day = re.search(r"\b\d{1,2}(?!\d)", fields.get("day", "") or (name if re.search("[A-Za-z]", name) else ""))
        return dates.from_csl({"date-parts": [[*parts[0], month, *([int(day[0])] if day else [])]]})
    return found


def people(text: str) -> list[names.Name]:
    """The names of an author field: particles apart, what stands in braces whole."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    named = split_multiple_persons_names(text)[:MOST_NAMES]
    return [found for one in named if (found := _person(one.strip()))]


def _person(text: str) -> names.Name:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    if labelled := _labelled(text):
        return labelled
    if text.startswith("{") and text.endswith("}") and _closes_last(text) or text.lower() == "others":
        return {} if text.lower() == "others" else {"literal": latex.to_text(text)}
    parts = parse_single_name_into_parts(text, strict=False)
    first, von, last, suffix = (
        latex.to_text(" ".join(part)) for part in (parts.first, parts.von, parts.last, parts.jr)
    )
    if not last:
        return {"literal": first} if first else {}
    if not first and not von and not suffix:
        return {"literal": last} if " " in last or text.startswith("{") else {"family": last}
    if names.is_suffix(first) and not names.is_suffix(suffix):
        first, suffix = suffix, first
    if von[:1].isupper():  # Fonseca de la Bella: "de la" stands inside the name, not before it
        von, last = "", f"{von} {last}"
    found = {"family": last, "given": first, "non-dropping-particle": von, "suffix": suffix}
    return {part: value for part, value in found.items() if value}


def _closes_last(text: str) -> bool:
    """Whether the first brace is closed by the last one."""
    depth = 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return place == len(text) - 1
    return False


def _labelled(text: str) -> names.Name:
    """BibLaTeX's longer form: given=Ann, family=Smith."""
    pairs = [pair.partition("=") for pair in text.split(",")]
    labels = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}
    if not all(equals for _name, equals, _value in pairs):
        return {}
    return {labels[name.strip()]: latex.to_text(value) for name, _e, value in pairs if name.strip() in labels}


def write(items: Iterable[Item]) -> Iterator[str]:
    """One entry for each item; every brace is closed, whatever stands in a title."""
    used: set[str] = set()
    for item in items:
        key = _new_key(item, used)
        yield f"@{_BACK.get(item['type'], 'misc')}{{{key},\n{_lines(item)}}}\n\n"


def _new_key(item: Item, used: set[str]) -> str:
    base = _KEY.sub("", item.get("id", ""))[:60] or "resource"
    key, count = base, 1
    while key.lower() in used:
        count += 1
        key = f"{base}-{count}"
    used.add(key.lower())
    return key


@lru_cache(1)
def _plain_fields() -> dict[str, str]:
    """BibTeX's field for each variable that needs no rule of its own."""
    special = {"container-title", "publisher", "issue", "title", "page", "PMID", "note", "keyword"}
    found: dict[str, str] = {}
    for name, target in FIELDS.items():
        if target not in special:
            found.setdefault(target, name)
    return found


def _lines(item: Item) -> str:
    kind = _BACK.get(item["type"], "misc")
    fields = {"title": f"{{{latex.escape(item['title'])}}}"}
    for name in ("author", "editor", "translator"):
        fields[name] = " and ".join(map(_written, item.get(name, ())))
    fields["journal" if kind == "article" else "booktitle"] = latex.escape(item.get("container-title", ""))
    institution = {"techreport": "institution", "phdthesis": "school"}.get(kind, "publisher")
    fields[institution] = latex.escape(item.get("publisher", ""))
    fields |= _date_fields(item)
    fields["pages"] = latex.escape(item.get("page", "").replace("-", "--"))
    is_issue = kind in ("article", "inproceedings")
    number = item.get("number") or item.get("collection-number") or ""
    fields["number"] = latex.escape(str((item.get("issue") if is_issue else "") or number))
    fields["issue"] = "" if is_issue else latex.escape(str(item.get("issue", "")))
    keywords = [one.strip() for one in item.get("keyword", "").split(";") if one.strip()]
    # Most tools part them by commas; one that holds a comma itself would fall apart.
    fields["keywords"] = latex.escape(("; " if any("," in one for one in keywords) else ", ").join(keywords))
    for target, name in _plain_fields().items():
        value = item.get(target, "")
        fields[name] = latex.bare(value) if name in _BARE else latex.escape(value)
    if item.get("PMID"):
        fields |= {"eprint": item["PMID"], "eprinttype": "pubmed"}
    fields["note"] = latex.escape(item.get("note", ""))
    return "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)


def _date_fields(item: Item) -> dict[str, str]:
    issued = item.get("issued") or {}
    start, *end = issued.get("date-parts") or [[]]
    if not start:
        return {"year": latex.escape(issued.get("literal", ""))}
    date = dates.text({"date-parts": [start]})
    if end:
        return {"year": str(start[0]), "date": f"{date}/{dates.text({'date-parts': end})}"}
    return {"year": str(start[0]), **({"date": date} if len(start) > 1 else {}), **_urldate(item)}


def _urldate(item: Item) -> dict[str, str]:
    return {"urldate": found} if (found := dates.text(item.get("accessed"))) else {}


def _written(name: names.Name) -> str:
    """Surname first; what would be cut at a blank, a comma or "and" is held together by braces."""
    if "literal" in name:
        return f"{{{latex.escape(name['literal'])}}}"
    family = latex.escape(name.get("family", ""))
    if " " in family or "," in family:
        family = f"{{{family}}}"
    von = latex.escape(" ".join(filter(None, (name.get("dropping-particle"), name.get("non-dropping-particle")))))
    parts = [f"{von} {family}".strip(), latex.escape(name.get("suffix", "")), latex.escape(name.get("given", ""))]
    shown = [part if "," not in part and " and " not in part else f"{{{part}}}" for part in parts]
    return line(
        f"{shown[0]}, {shown[1]}, {shown[2]}" if parts[1] else f"{shown[0]}, {shown[2]}" if parts[2] else shown[0]
    )
