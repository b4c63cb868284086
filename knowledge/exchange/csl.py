"""CSL-JSON, in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from knowledge.exchange.record import Failure, Item, Record, Unreadable, result

# Crossref's own names of what CSL calls otherwise.
_TYPES = {
    "journal-article": "article-journal", "book-chapter": "chapter", "book-section": "chapter", "monograph": "book",
    "edited-book": "book", "reference-book": "book", "proceedings-article": "paper-conference",
    "dissertation": "thesis", "posted-content": "article", "report-component": "report",
}  # fmt: skip
_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def read(text: str) -> Iterator[Record | Failure]:
    """A list of items, one item, or one a line; also as wrapped in `items` or by Crossref. Raises Unreadable."""
    number = 0
    for value, at in _values(text):
        for raw in _unwrapped(value):
            number += 1
            yield _result(raw, number, at)


def _result(raw: object, number: int, at: int) -> Record | Failure:
    if not isinstance(raw, dict):
        return Failure(_("It is no object with fields."), number, at)
    return result(_lists_joined(raw), number, at)


def _values(text: str) -> Iterator[tuple[Any, int]]:
    """Each element of the list, or each value of many, with the line where it begins: never all of them at once."""
    text = text.lstrip("\ufeff")
    place = _behind(text, 0)
    is_list = text.startswith("[", place)
    if not is_list and not text.startswith("{", place):
        raise Unreadable(_("This JSON is no list of references."))
    try:
        yield from _elements(text, place + 1, ends="]") if is_list else _elements(text, place)
    except json.JSONDecodeError as error:
        raise Unreadable(_("This is no JSON: look at line %(line)d.") % {"line": error.lineno}) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This is no JSON that can be read.")) from error


def _elements(text: str, place: int, ends: str = "") -> Iterator[tuple[Any, int]]:
    """Values from `place` on: with commas up to a bracket, or with blanks to the end of the text."""
    at, counted = 1, 0
    place = _behind(text, place)
    is_over = text.startswith(ends, place) if ends else False
    while not is_over:
        value, end = _DECODER.raw_decode(text, place)
        at += text.count("\n", counted, place)
        counted = place
        yield value, at
        place = _behind(text, end)
        is_over = text.startswith(ends, place) if ends else place == len(text)
        if ends and not is_over:
            if not text.startswith(",", place):
                raise json.JSONDecodeError("Expecting a comma", text, place)
            place = _behind(text, place + 1)
    if ends and _behind(text, place + 1) < len(text):
        raise json.JSONDecodeError("Extra data", text, place + 1)


def _behind(text: str, place: int) -> int:
    """The place of what follows the blanks at `place`."""
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _unwrapped(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("message"), dict):
        value = value["message"]
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        return value["items"]
    return [value]


def _lists_joined(raw: dict[str, Any]) -> dict[str, Any]:
    """Crossref gives lists where CSL has one text."""
    kept = ("author", "editor", "translator", "contributor")
    flat = {}
    for name, value in raw.items():
        if isinstance(value, list) and name not in kept and value and all(isinstance(one, str) for one in value):
            value = "; ".join(value) if name in ("keyword", "subject") else value[0]
        flat[name] = value
    kind = flat.get("type")
    return {**flat, "type": _TYPES.get(kind, kind)} if isinstance(kind, str) else flat


def write(items: Iterable[Item]) -> Iterator[str]:
    """One list, an item a line."""
    yield "["
    for place, item in enumerate(items):
        yield f"{',' if place else ''}\n{json.dumps(item, ensure_ascii=False)}"
    yield "\n]\n"
