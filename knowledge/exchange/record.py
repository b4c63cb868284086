"""One bibliographic record, as every reader gives it and every writer takes it: an item of CSL-JSON."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from knowledge.exchange import dates, names
from knowledge.identifiers import bare_doi, bare_issn, first_isbn
from web.addresses import parts_of

Item = dict[str, Any]

LONGEST_VALUE = 20_000
LONGEST_ADDRESS = 500
MOST_NAMES = 500
SHOWN = 60
DEFAULT_TYPE = "document"
_TYPES = (
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection"
    " dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview"
    " legal_case legislation manuscript map motion_picture musical_score pamphlet paper-conference patent"
    " performance periodical personal_communication post post-weblog regulation report review review-book"
    " software song speech standard thesis treaty webpage"
)
TYPES = frozenset(_TYPES.split())
NAMES = ("author", "editor", "translator", "contributor")
DATES = ("issued", "accessed")
TEXTS = (
    "id", "title", "title-short", "container-title", "container-title-short", "collection-title", "collection-number",
    "publisher", "publisher-place", "volume", "number-of-volumes", "issue", "number", "page", "number-of-pages",
    "chapter-number", "edition", "version", "genre", "medium", "status", "archive", "event-title", "event-place",
    "abstract", "note", "keyword", "language", "license", "DOI", "ISBN", "ISSN", "PMID", "PMCID", "URL",
)  # fmt: skip
FIND = {"DOI": bare_doi, "ISBN": first_isbn, "ISSN": bare_issn}
BARE = frozenset(("id", "DOI", "ISBN", "ISSN", "PMID", "PMCID", "URL"))
_BLANKS = re.compile(r"\s+")
# What reference managers and Crossref put into titles and abstracts; any other "<" is the author's own.
_MARKUP = re.compile(
    r"</?(?P<name>i|b|u|em|strong|su[bp]|sc|scp|small|span|p|br|div|(?:jats|mml):[\w-]+)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_RAISED = re.compile(r"<sup>([^<>]*)</sup>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_INLINE = frozenset((
    "i", "b", "u", "em", "strong", "sub", "sup", "sc", "scp", "small", "span",
    "jats:italic", "jats:bold", "jats:sub", "jats:sup",
))  # fmt: skip
_BETWEEN = re.compile(r"[\s;,]+")
_NO_SCHEME = re.compile(r"^(?://|(?=www\.))")
_HIGH = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


@dataclass(frozen=True)
class Record:
    """What was read: `number` counts the file's records from 1, `line` is where this one begins (0: unknown).

    `left_out` says in words what of it could not be taken.
    """

    item: Item
    number: int
    line: int = 0
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """What could not be read, and why, in words for the person who brought the file."""

    why: str
    number: int
    line: int = 0


class Unreadable(Exception):
    """The whole file cannot be read; the message says why."""


class BadItem(ValueError):
    """This record cannot be taken; the message says why."""


def line(value: object) -> str:
    """One line of text without control characters or halves of characters, not longer than a value may be."""
    text = str(value).encode("utf-8", "replace").decode("utf-8")[:LONGEST_VALUE]
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    return _BLANKS.sub(" ", plain).strip()


def raised(text: str) -> str:
    """Raised text as plain text: 10⁻³ and m² stay numbers, 10th needs no sign."""
    return text.translate(_HIGH) if re.fullmatch(r"[+−-]?\d+", text) else text


def unmarked(text: str) -> str:
    """Text without the markup and the entities of HTML that exports leave in it."""
    if "<" in text:
        text = _RAISED.sub(lambda found: raised(found[1]), text)
        text = _MARKUP.sub(lambda found: "" if found["name"].lower() in _INLINE else " ", text)
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def result(raw: Mapping[str, Any], number: int, line: int = 0) -> Record | Failure:
    """What a reader found, as a record; or why it cannot be one."""
    left_out: list[str] = []
    try:
        return Record(tidy(raw, left_out=left_out), number, line, tuple(left_out))
    except BadItem as problem:
        return Failure(str(problem), number, line)


def tidy(raw: Mapping[str, Any], *, is_marked: bool = True, left_out: list[str] | None = None) -> Item:
    """An item with only what CSL-JSON knows, each value of the right shape. Raises BadItem where it has no title.

    `is_marked`: texts may hold markup and entities, as the exports of others do; ours mean what they say.
    `left_out` is told what could not be taken.
    """
    item: Item = {"type": raw["type"] if str(raw.get("type")) in TYPES else DEFAULT_TYPE}
    for name in TEXTS:
        value = raw.get(name)
        if is_marked and isinstance(value, str) and name not in BARE:
            value = unmarked(value)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and (text := line(value)):
            item[name] = text
    for name in NAMES:
        if people := _people(raw.get(name)):
            item[name] = people
    for name in DATES:
        if date := dates.from_csl(raw.get(name)):
            item[name] = date
    custom = raw.get("custom")
    if isinstance(custom, Mapping):
        item["custom"] = {line(key): _plain(value) for key, value in custom.items() if isinstance(value, str | list)}
    left_out = [] if left_out is None else left_out
    _mend_numbers(item, left_out)
    _mend_address(item, left_out)
    if not item.get("title"):
        raise BadItem(_("It has no title."))
    return item


def _plain(value: str | list[Any]) -> str | list[str]:
    return line(value) if isinstance(value, str) else [line(one) for one in value if isinstance(one, str)]


def _people(value: object) -> list[names.Name]:
    if not isinstance(value, list):
        return []
    return [found for one in value[:MOST_NAMES] if isinstance(one, Mapping) and (found := names.tidy(one))]


def _mend_numbers(item: Item, left_out: list[str]) -> None:
    """Numbers in the one way that they are compared in; what is none is left out."""
    for name, other in (("ISBN", "ISSN"), ("ISSN", "ISBN")):
        # Many tools give a journal's number as if it were a book's.
        if name in item and not FIND[name](item[name]) and (found := FIND[other](item[name])):
            item.setdefault(other, found)
            del item[name]
    for name, find in FIND.items():
        if name in item and not (found := find(item[name])):
            # A number that cannot be right is still worth a look by whoever checks the draft.
            item["note"] = line(f"{item.get('note', '')} {name} {item[name]}")
            text = _("“%(value)s” is no %(name)s: it stands in the note.")
            left_out.append(text % {"value": shortened(item.pop(name)), "name": name})
        elif name in item:
            item[name] = found
    if "PMID" in item and not item["PMID"].isdecimal():
        left_out.append(_("“%(value)s” is no PMID: it is left out.") % {"value": shortened(item.pop("PMID"))})


def _mend_address(item: Item, left_out: list[str]) -> None:
    given = item.pop("URL", "")
    address = web_address(given)
    if address:
        item["URL"] = address
    elif given:
        left_out.append(no_address(given))
    if "DOI" not in item and (found := doi_of_address(address)):
        item["DOI"] = found


def shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def no_address(text: str) -> str:
    return _("“%(value)s” cannot be used as a web address: it is left out.") % {"value": shortened(text)}


def web_address(text: str) -> str:
    """The address in a text, with the scheme that people leave out; of several the first. Else empty."""
    if is_web_address(text):
        return text
    for piece in _BETWEEN.split(text):
        whole = _NO_SCHEME.sub("https://", piece)
        if is_web_address(whole):
            return whole
    return ""


def doi_of_address(url: str) -> str:
    """The DOI that an address of doi.org leads to; else empty."""
    host = parts_of(url).hostname or ""
    return bare_doi(url) if host in ("doi.org", "dx.doi.org", "www.doi.org") else ""


def is_web_address(url: str) -> bool:
    parts = parts_of(url[: LONGEST_ADDRESS + 1])
    return len(url) <= LONGEST_ADDRESS and parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
