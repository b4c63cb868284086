"""References as people write them beneath a text: APA, Harvard, Vancouver."""

from __future__ import annotations

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


@lru_cache(len(_FILES))
def _style(name: str) -> CitationStylesStyle:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(_FILES[name], locale="en-GB", validate=False)


def reference(item: Item, style: str) -> str:
    """One reference as plain text. `style` is one of STYLES."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON([_prepared(item)])
    shelf = CitationStylesBibliography(_style(style), source, formatter.plain)
    shelf.register(Citation([CitationItem("it")]))
    text = line("".join(str(part) for part in shelf.bibliography()[0]))
    text = text.removeprefix("1. ").removeprefix("1.")
    return _once(text.strip(), item)


def write(items: Iterable[Item], style: str) -> Iterator[str]:
    """A reference a line; those of Vancouver are numbered."""
    for number, item in enumerate(items, 1):
        yield f"{number}. {reference(item, style)}\n" if style == "vancouver" else f"{reference(item, style)}\n"


def _prepared(item: Item) -> dict[str, Any]:
    """The item as citeproc takes it: it stumbles over fields that it does not know, and over names without a family."""
    found = {name: item[name] for name in _SHOWN if item.get(name)}
    for role in ("author", "editor", "translator"):
        people = [_person(one) for one in item.get(role, ())]
        if people:
            found[role] = people
    if (item.get("issued") or {}).get("date-parts"):
        found["issued"] = item["issued"]
    return {**found, "id": "it"}


def _person(name: names.Name) -> dict[str, str]:
    return {part: value for part, value in name.items() if part in names.PARTS}


def _once(text: str, item: Item) -> str:
    """citeproc shows a title twice where it stands in for the author who is not known."""
    title = item["title"]
    if item.get("author") or text.count(title) < 2:
        return text
    first = text.index(title) + len(title)
    again = text.index(title, first)
    return line(f"{text[:again].rstrip()} {text[again + len(title) :].lstrip('., ')}")
