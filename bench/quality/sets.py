"""Judged collections: corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv.

A line of qrels.tsv is a query, a document and a grade.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")


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
        return self.folder.name

    def documents(self) -> Iterator[Text]:
        return texts_in(self.folder)


def texts_in(folder: Path) -> Iterator[Text]:
    for row in _rows(folder / "corpus.jsonl"):
        yield Text(str(row["_id"]), row.get("title") or "", row.get("text") or "")


def read(folder: Path, *, has_corpus: bool = True) -> JudgedSet:
    """The collection in this folder. Errors: BadSet."""
    missing = [name for name in FILES[0 if has_corpus else 1 :] if not (folder / name).is_file()]
    if missing:
        raise BadSet(f"{folder} has no {', '.join(missing)}.")
    try:
        grades = _grades(folder / "qrels.tsv")
        queries = {str(row["_id"]): row["text"] for row in _rows(folder / "queries.jsonl")}
        if has_corpus:
            next(_rows(folder / "corpus.jsonl"))["_id"]
    except (ValueError, KeyError, StopIteration) as error:
        raise BadSet(f"{folder} cannot be read: {error or 'a file is empty'}.") from error
    judged = {key: text for key, text in queries.items() if key in grades}
    if not judged:
        raise BadSet(f"{folder} judges no document for any of its queries.")
    return JudgedSet(folder, judged, grades)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """Grades above nothing, by query and document. The line with the columns' names may be there or not."""
    found: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            cells = line.rstrip("\n").split("\t")
            if len(cells) < 3 or (number == 0 and not _is_number(cells[-1])):
                continue
            grade = int(float(cells[-1]))
            if grade > 0:
                # Three columns, or TREC's four with an unused one in the middle.
                found.setdefault(cells[0], {})[cells[-2]] = grade
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
