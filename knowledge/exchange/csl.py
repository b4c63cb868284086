"""CSL-JSON, in and out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from knowledge.exchange.record import BadItem, Failure, Item, Record, Unreadable, tidy


def read(text: str) -> Iterator[Record | Failure]:
    """A list of items, an object with `items`, or one item. Raises Unreadable where it is no JSON."""
    for number, raw in enumerate(_list(text), 1):
        if not isinstance(raw, dict):
            yield Failure(_("It is no object with fields."), number)
            continue
        try:
            yield Record(tidy(_lists_joined(raw)), number)
        except BadItem as problem:
            yield Failure(str(problem), number)


def _list(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(_("This is no JSON: look at line %(line)d.") % {"line": error.lineno}) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This is no JSON that can be read.")) from error
    if isinstance(found, dict):
        found = found["items"] if isinstance(found.get("items"), list) else [found]
    if not isinstance(found, list):
        raise Unreadable(_("This JSON is no list of references."))
    return found


def _lists_joined(raw: dict[str, Any]) -> dict[str, Any]:
    """Crossref gives lists where CSL has one text."""
    kept = ("author", "editor", "translator", "contributor")
    flat = {}
    for name, value in raw.items():
        if isinstance(value, list) and name not in kept and value and all(isinstance(one, str) for one in value):
            value = "; ".join(value) if name in ("keyword", "subject") else value[0]
        flat[name] = value
    return flat


def write(items: Iterable[Item]) -> Iterator[str]:
    """One list, an item a line."""
    yield "["
    for place, item in enumerate(items):
        yield f"{',' if place else ''}\n{json.dumps(item, ensure_ascii=False)}"
    yield "\n]\n"
