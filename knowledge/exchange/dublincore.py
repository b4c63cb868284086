"""Unqualified Dublin Core, as OAI-PMH carries it (oai_dc): in and out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder  # noqa: S405 – they read nothing: defusedxml does

from django.utils.translation import gettext as _

from knowledge.exchange import dates, names
from knowledge.exchange.record import Failure, Item, Record, Unreadable, is_web_address, line, result
from knowledge.identifiers import bare_doi, bare_isbn

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
_TYPES = (
    ("article", "article-journal"), ("book part", "chapter"), ("bookpart", "chapter"), ("chapter", "chapter"),
    ("book", "book"), ("thesis", "thesis"), ("dissertation", "thesis"), ("conference", "paper-conference"),
    ("report", "report"), ("preprint", "article"), ("dataset", "dataset"), ("software", "software"),
    ("video", "motion_picture"), ("moving", "motion_picture"), ("sound", "song"), ("image", "graphic"),
    ("lecture", "speech"), ("legislation", "legislation"),
)  # fmt: skip
_SHOWN = {
    "article-journal": "article", "chapter": "bookPart", "book": "book", "thesis": "doctoralThesis",
    "report": "report", "paper-conference": "conferenceObject", "dataset": "dataset", "software": "software",
    "motion_picture": "video",
}  # fmt: skip

# Of one record and of what stands around all of them: each takes a hundred times its three letters in memory.
MOST_TAGS = 200_000
PIECE = 64 * 1024
_RECORD = f"{{{OAI}}}record"


@dataclass
class Harvested:
    """What one answer to ListRecords or GetRecord holds."""

    records: list[Record | Failure] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    token: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    date: str = ""


def read(content: bytes) -> Iterator[Record | Failure]:
    """The records of an answer that somebody kept as a file; what is deleted is passed over. Raises Unreadable."""
    answer = Harvested()
    yield from _results(content, answer)
    if answer.errors:
        raise Unreadable("; ".join(f"{code}: {text}" for code, text in answer.errors))


def harvested(content: bytes) -> Harvested:
    """An OAI-PMH answer. Raises Unreadable where it is none."""
    answer = Harvested()
    answer.records = list(_results(content, answer))
    return answer


def _results(content: bytes, answer: Harvested) -> Iterator[Record | Failure]:
    """Each record that is there, one by one; what else the answer says is put into `answer`."""
    number = 0
    records = _elements(content)
    while True:
        try:
            element, at = next(records)
        except StopIteration as end:
            root = end.value
            break
        number += 1
        header = element.find(f"{{{OAI}}}header")
        identifier = line(header.findtext(f"{{{OAI}}}identifier", "")) if header is not None else ""
        if header is not None and header.get("status") == "deleted":
            answer.deleted.append(identifier)
        else:
            yield _record(element, identifier, number, at)
    answer.date = line(root.findtext(f"{{{OAI}}}responseDate", ""))
    answer.errors = [(one.get("code", ""), line(one.text or "")) for one in root.iter(f"{{{OAI}}}error")]
    token = next(root.iter(f"{{{OAI}}}resumptionToken"), None)
    answer.token = (token.text or "").strip() if token is not None else ""


class Builder(TreeBuilder):
    """Builds a document of which the records are taken away one by one."""

    parser: Any

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Element, int]] = []
        self.alive = self.begun = self.at = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self.alive += 1
        if self.alive > MOST_TAGS:
            raise Unreadable(_("This XML is too large. Please cut it into smaller files."))
        if tag == _RECORD:
            self.begun, self.at = self.alive, self.parser.parser.CurrentLineNumber
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        element = super().end(tag)
        if tag == _RECORD:
            self.done.append((element, self.at))
            self.alive = self.begun - 1
        return element

    def taken(self) -> Iterator[tuple[Element, int]]:
        for element, at in self.done:
            yield element, at
            element.clear()
        self.done.clear()


def _elements(content: bytes) -> Generator[tuple[Element, int], None, Element]:
    """Each record and its line, forgotten when the next is asked for; then the root with the rest. Raises Unreadable.

    No entities, no DTD.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    builder = Builder()
    builder.parser = parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        for begin in range(0, len(content), PIECE):
            parser.feed(content[begin : begin + PIECE])
            yield from builder.taken()
        root = parser.close()
    except ParseError as error:
        place = getattr(error, "position", (0, 0))[0]
        raise Unreadable(_("This is no XML: look at line %(line)d.") % {"line": place}) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(_("This XML holds what we do not open: entities or a DTD.")) from error
    if root.tag != f"{{{OAI}}}OAI-PMH":
        raise Unreadable(_("This is no answer of OAI-PMH."))
    return root


def _record(element: Element, identifier: str, number: int, at: int) -> Record | Failure:
    metadata = element.find(f"{{{OAI}}}metadata")
    # Some call the container otherwise (nsdl_dc) and still say everything in Dublin Core.
    container = (
        next((one for one in metadata if one.find(f"{{{DC}}}title") is not None), None)
        if metadata is not None
        else None
    )
    if container is None and metadata is not None and metadata.find(f"{{{OAI_DC}}}dc") is not None:
        return Failure(_("“%(name)s” has no title.") % {"name": identifier}, number, at)
    if container is None:
        return Failure(_("“%(name)s” has no Dublin Core.") % {"name": identifier}, number, at)
    values: dict[str, list[str]] = {}
    for child in container:
        if (
            isinstance(child.tag, str)
            and child.tag.startswith(f"{{{DC}}}")
            and (text := line("".join(child.itertext())))
        ):
            values.setdefault(child.tag.removeprefix(f"{{{DC}}}"), []).append(text)
    found = result(_raw(values, identifier), number, at)
    if isinstance(found, Failure) and identifier:
        return Failure(f"{identifier}: {found.why}", number, at)
    return found


def _raw(values: dict[str, list[str]], identifier: str) -> dict[str, Any]:
    first = {name: found[0] for name, found in values.items()}
    raw: dict[str, Any] = {
        "type": _type(values.get("type", [])),
        "title": first.get("title", ""),
        "author": _names(values.get("creator", [])),
        "contributor": _names(values.get("contributor", [])),
        "publisher": first.get("publisher", ""),
        "abstract": max(values.get("description", [""]), key=len),
        "issued": max(map(dates.read, _issued(values.get("date", []))), key=_exactness, default={}),
        "keyword": "; ".join(values.get("subject", [])),
        "language": first.get("language", ""),
        "license": first.get("rights", ""),
        "container-title": first.get("source", ""),
    }
    for text in [*values.get("identifier", []), *values.get("relation", [])]:
        if found := bare_doi(text):
            raw.setdefault("DOI", found)
        elif is_web_address(text):
            raw.setdefault("URL", text)
        elif "isbn" in text.lower() and bare_isbn(text.lower().replace("urn:isbn:", "")):
            raw.setdefault("ISBN", text.lower().replace("urn:isbn:", ""))
        elif found_pmid := re.fullmatch(r"(?:pmid:|info:pmid/)\s*(\d+)", text, re.IGNORECASE):
            raw.setdefault("PMID", found_pmid[1])
    return {**raw, "custom": {"oai": identifier}} if identifier else raw


def _issued(values: list[str]) -> list[str]:
    """Without the moments at which a repository took the record in, where it says more than these."""
    return [value for value in values if "T" not in value] or values


def _exactness(date: dates.Date) -> int:
    return len((date.get("date-parts") or [[]])[0])


def _names(values: list[str]) -> list[names.Name]:
    return [found for value in values if (found := names.read(value) if "," in value else {"literal": value})]


def _type(values: list[str]) -> str:
    text = " ".join(values).lower()
    return next((kind for word, kind in _TYPES if word in text), "document")


def write(item: Item) -> list[tuple[str, str]]:
    """Pairs of element and value, in the order in which they are shown. Identifiers are addresses where they can be."""
    pairs = [("title", item["title"])]
    pairs += [("creator", names.write(name)) for name in item.get("author", ())]
    pairs += [("contributor", names.write(name)) for part in ("editor", "contributor") for name in item.get(part, ())]
    pairs += [("subject", one.strip()) for one in item.get("keyword", "").split(";")]
    pairs += [
        ("description", item.get("abstract", "")),
        ("publisher", item.get("publisher", "")),
        ("date", dates.text(item.get("issued"))),
        ("type", _SHOWN.get(item["type"], "other")),
        ("identifier", item.get("URL", "")),
        ("identifier", f"https://doi.org/{item['DOI']}" if item.get("DOI") else ""),
        ("identifier", f"urn:isbn:{item['ISBN']}" if item.get("ISBN") else ""),
        ("identifier", f"info:pmid/{item['PMID']}" if item.get("PMID") else ""),
        ("source", item.get("container-title", "")),
        ("language", item.get("language", "")),
        ("rights", item.get("license", "")),
    ]
    return [(name, line(value)) for name, value in pairs if value]
