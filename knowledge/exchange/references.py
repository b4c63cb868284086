"""References as people write them beneath a text: APA, Harvard, Vancouver."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from knowledge.exchange import names
from knowledge.exchange.record import Item, line

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

STYLES = {"apa": _("APA"), "harvard": _("Harvard"), "vancouver": _("Vancouver")}
_FOLDER = Path(__file__).with_name("styles")
# Harvard comes with citeproc itself.
_FILES = {"apa": str(_FOLDER / "apa"), "harvard": "harvard-cite-them-right", "vancouver": str(_FOLDER / "vancouver")}
# What the styles show; citeproc warns of every other field.
_SHOWN = (
    "type", "title", "container-title", "collection-title", "collection-number", "publisher", "publisher-place",
    "volume", "number-of-volumes", "issue", "number", "page", "chapter-number", "edition", "version", "genre", "medium",
    "DOI", "ISBN", "URL",
)  # fmt: skip
# Where nobody but editors is named they stand where authors would: what the style puts between them and what follows.
_EDITED = {
    "apa": (" (", " (Ed.). (", " (Eds.). ("),
    "harvard": (" (", " (ed.) (", " (eds) ("),
    "vancouver": (". ", ", editor. ", ", editors. "),
}
_WITHIN = frozenset(("chapter", "paper-conference", "article-journal", "entry-encyclopedia", "entry-dictionary"))
_GLUED = re.compile(r"(\d{4})(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(\d{1,2})?\b")
# Of this dash citeproc knows nothing, so that it leaves what stands around it alone.
_DASH = "\ue000"
_QUOTES = "‘’“”"


@lru_cache(len(_FILES))
def _style(name: str) -> CitationStylesStyle:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(_FILES[name], locale="en-GB", validate=False)


def reference(item: Item, style: str) -> str:
    """One reference as plain text. `style` is one of STYLES."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    is_edited = bool(item.get("editor")) and not item.get("author") and item["type"] not in _WITHIN
    if is_edited:
        item = {**item, "author": item["editor"], "editor": []}
    source = CiteProcJSON([_prepared(item, style)])
    shelf = CitationStylesBibliography(_style(style), source, formatter.plain)
    shelf.register(Citation([CitationItem("it")]))
    text = line("".join(str(part) for part in shelf.bibliography()[0]))
    text = _mended(_once(text.removeprefix("1. ").removeprefix("1.").strip(), item))
    if is_edited:
        before, one, several = _EDITED[style]
        text = text.replace(before, one if len(item["author"]) == 1 else several, 1)
    return text


def _mended(text: str) -> str:
    """What citeproc leaves undone: signs that swallow a full stop, blanks within dates, words that name nothing."""
    text = re.sub(r"([?!…])([’”]?)\.(?=\s|$)", r"\1\2", text)
    text = _GLUED.sub(lambda found: " ".join(filter(None, found.groups())), text)
    return text.replace(_DASH, "–").replace(" (Publication)", "").replace("Retrieved http", "http")


def write(items: Iterable[Item], style: str) -> Iterator[str]:
    """A reference a line; those of Vancouver are numbered."""
    for number, item in enumerate(items, 1):
        yield f"{number}. {reference(item, style)}\n" if style == "vancouver" else f"{reference(item, style)}\n"


def _prepared(item: Item, style: str) -> dict[str, Any]:
    """The item as citeproc takes it: it stumbles over fields that it does not know, and over names without a family."""
    found = {name: item[name] for name in _SHOWN if item.get(name)}
    if item["title"].endswith(".") and not re.search(r"(\.\.|\b[A-Z]|al)\.$", item["title"]):
        found["title"] = item["title"][:-1]
    if style == "vancouver" and "page" in found:
        found["page"] = _abridged(found["page"])
    for role in ("author", "editor", "translator"):
        people = [_person(one) for one in item.get(role, ())]
        if people:
            found[role] = people
    if (item.get("issued") or {}).get("date-parts"):
        found["issued"] = item["issued"]
    if (item.get("accessed") or {}).get("date-parts") and not item.get("DOI"):
        found["accessed"] = item["accessed"]
    return {**found, "id": "it"}


def _abridged(page: str) -> str:
    """ "123–45" for 123-145; citeproc makes "1–0" of 1-10."""
    found = re.fullmatch(r"(\D*)(\d+)-(\D*)(\d+)", page)
    if not found or found[1] != found[3] or len(found[2]) != len(found[4]):
        return page.replace("-", _DASH)
    same = next((place for place, (a, b) in enumerate(zip(found[2], found[4], strict=True)) if a != b), 0)
    return f"{found[1]}{found[2]}{_DASH}{found[4][same:]}"


def _person(name: names.Name) -> dict[str, str]:
    return {part: value for part, value in name.items() if part in names.PARTS}


def _once(text: str, item: Item) -> str:
    """citeproc shows a title twice where it stands in for the author who is not known."""
    title = item["title"].rstrip(".")
    if item.get("author") or text.count(title) < 2:
        return text
    first = text.index(title) + len(title)
    again = text.index(title, first)
    before, after = text[:again].rstrip(f"{_QUOTES} "), text[again + len(title) :].lstrip(_QUOTES)
    stop = "." if after.startswith(".") and not before.endswith(".") else ""
    return line(f"{before}{stop} {after.lstrip('., ')}")
