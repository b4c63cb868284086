"""What a DOI stands for, asked of the address in METADATA_LOOKUP_URL; nothing is asked where that is empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from knowledge.models import Suggestion
from outbox.fetching import AddressRefused, Answer, fetch
from outbox.handlers import SetAside

if TYPE_CHECKING:
    from collections.abc import Callable

    from outbox.models import Job

ACCEPT = "application/vnd.citationstyles.csl+json, application/json"
MOST_AUTHORS = 20
# What has no column of its own; the rest is filled in above it.
KEPT = ("container-title", "volume", "issue", "page", "ISSN")
# Crossref's names of types beside CSL's.
TYPES = {"journal-article": "article-journal", "book-chapter": "chapter", "book": "book", "report": "report"}
LENGTHS = {"title": 255, "authors": 300, "publisher": 150}


def look_up(jobs: list[Job], *, fetch: Callable[..., Answer] = fetch) -> None:
    """The outbox's handler. Fills what the member left empty, as a title that is but the DOI; what they wrote stays."""
    for job in jobs:
        suggestion = Suggestion.objects.filter(pk=job.payload["suggestion"]).first()
        if suggestion is not None and suggestion.doi and settings.METADATA_LOOKUP_URL:
            item = _ask(suggestion.doi, fetch)
            if item:
                _fill(suggestion, item)


def _ask(doi: str, fetch: Callable[..., Answer]) -> dict[str, Any]:
    address = settings.METADATA_LOOKUP_URL.replace("{doi}", quote(doi, safe="/"))
    try:
        answer = fetch(address, accept=ACCEPT)
    except AddressRefused as error:
        raise SetAside("METADATA_LOOKUP_URL leads to no address of the public web.") from error
    if answer.status != 200 or not answer.is_whole:
        return {}
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    # Crossref wraps the item; doi.org and others send it as it is.
    item = found.get("message", found) if isinstance(found, dict) else {}
    return item if isinstance(item, dict) else {}


@transaction.atomic
def _fill(suggestion: Suggestion, item: dict[str, Any]) -> None:
    suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    known = {"title": _first(item.get("title")), "authors": _authors(item), "publisher": _first(item.get("publisher"))}
    for name, value in known.items():
        if value and getattr(suggestion, name) in ("", suggestion.doi):
            setattr(suggestion, name, value[: LENGTHS[name]])
    year = _year(item)
    if year and not suggestion.year:
        suggestion.year = year
    suggestion.found = {name: value for name in KEPT if (value := _first(item.get(name)))}
    kind = _first(item.get("type"))
    if kind in TYPES or kind in TYPES.values():
        suggestion.found["type"] = TYPES.get(kind, kind)
    suggestion.save(update_fields=["title", "authors", "publisher", "year", "found"])


def _first(value: Any) -> str:
    """Crossref's titles are lists."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _authors(item: dict[str, Any]) -> str:
    people = item.get("author")
    names = [_name(person) for person in people[:MOST_AUTHORS]] if isinstance(people, list) else []
    return "; ".join(filter(None, names))


def _name(person: Any) -> str:
    if not isinstance(person, dict):
        return ""
    parts = (person.get("given"), person.get("family"))
    return " ".join(part for part in parts if isinstance(part, str)) or _first(person.get("literal"))


def _year(item: dict[str, Any]) -> int | None:
    try:
        year = int(item["issued"]["date-parts"][0][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return year if 1800 <= year <= 2200 else None
