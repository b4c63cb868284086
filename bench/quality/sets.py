"""Judged collections: corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv.

A line of qrels.tsv is a query, a document and a grade, or TREC's four columns with an unused one in the middle.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
# Files from elsewhere may begin with a byte order mark.
ENCODING = "utf-8-sig"
COLUMNS = (3, 4)


class BadSet(Exception):
    """A folder that cannot be read; the message says what is wrong in a sentence."""


class Text(NamedTuple):
    key: str
    title: str
    body: str


@dataclass(frozen=True)
class JudgedSet:
    """One collection. `queries` are those that have a relevant document, by their keys."""

    folder: Path
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    def documents(self) -> Iterator[Text]:
        return texts_in(self.folder)


def texts_in(folder: Path) -> Iterator[Text]:
    """Errors: BadSet."""
    for number, row in _rows(folder / "corpus.jsonl"):
        place = f"{folder / 'corpus.jsonl'}, line {number}"
        yield Text(_key(row, place), _said(row, "title", place), _said(row, "text", place))


def read(folder: Path, *, has_corpus: bool = True) -> JudgedSet:
    """The collection in this folder. What is judged and not there counts as never found. Errors: BadSet."""
    if not folder.is_dir():
        raise BadSet(f"{folder} is no folder.")
    missing = [name for name in FILES[0 if has_corpus else 1 :] if not (folder / name).is_file()]
    if missing:
        raise BadSet(f"{folder} has no {', '.join(missing)}.")
    grades, queries = _grades(folder / "qrels.tsv"), _queries(folder / "queries.jsonl")
    judged = {key: text for key, text in queries.items() if key in grades}
    if not judged:
        raise BadSet(f"{folder}: no document is judged relevant to any of its queries.")
    if has_corpus and _keys_in(folder).isdisjoint(key for query in judged for key in grades[query]):
        raise BadSet(f"{folder}: none of the documents that are judged relevant is in corpus.jsonl.")
    return JudgedSet(folder, judged, {key: grades[key] for key in judged})


def _keys_in(folder: Path) -> set[str]:
    known: set[str] = set()
    for text in texts_in(folder):
        if text.key in known:
            raise BadSet(f"{folder / 'corpus.jsonl'} has two documents with the _id {text.key}.")
        known.add(text.key)
    return known


def _queries(path: Path) -> dict[str, str]:
    """Those that ask something."""
    found = {}
    for number, row in _rows(path):
        place = f"{path}, line {number}"
        text = _said(row, "text", place)
        if text.strip():
            found[_key(row, place)] = text
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadSet(f"{path}, line {number} is not JSON.") from error
        if not isinstance(row, dict):
            raise BadSet(f"{path}, line {number} is not an object in braces.")
        yield number, row


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Those with something on them, with their numbers."""
    try:
        with path.open(encoding=ENCODING) as lines:
            yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    except UnicodeDecodeError as error:
        raise BadSet(f"{path} is not written in UTF-8.") from error


def _key(row: dict[str, Any], place: str) -> str:
    key = row.get("_id")
    if isinstance(key, bool) or not isinstance(key, str | int) or not str(key).strip():
        raise BadSet(f"{place} has no _id.")
    return str(key).strip()


def _said(row: dict[str, Any], name: str, place: str) -> str:
    """What is missing says nothing."""
    text = row.get(name)
    if not isinstance(text, str | int | float | None):
        raise BadSet(f"{place}: {name} is no text.")
    # Half a character, which no database takes.
    return "" if text is None else str(text).encode(errors="replace").decode()


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """Grades above nothing, by query and document. The line with the columns' names may be there or not."""
    found: dict[str, dict[str, int]] = {}
    is_first = True
    for number, line in _lines(path):
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else line.split())]
        grade = _number(cells[-1])
        if grade is None and is_first:
            is_first = False
            continue
        is_first = False
        if grade is None or len(cells) not in COLUMNS:
            raise BadSet(f"{path}, line {number} is not a query, a document and a grade, with tabs between them.")
        if grade > 0:
            found.setdefault(cells[0], {})[cells[-2]] = grade
    return found


def _number(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if math.isfinite(number) else None
