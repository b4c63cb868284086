"""The thesaurus as a table: a line a label; what belongs to the concept stands on the line of its preferred label."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from vocabulary.models import Label
from vocabulary.plain import PlainConcept, PlainLabel, PlainMatch
from web.spreadsheet import bare_cell, plain_cell

COLUMNS = (
    "concept", "kind", "label", "said by", "everyday word", "searched", "language", "definition", "note", "broader",
    "related", "topic", "source", "matches", "in use",
)  # fmt: skip
NEEDED = ("concept", "kind", "label")
_BETWEEN = " | "
_MATCH = re.compile(
    r"(?:(?P<relation>exact|close|broad|narrow) )?(?P<scheme>[^:]+): (?P<label>.+?)(?: <(?P<uri>.*)>)?\Z"
)
_YES, _NO = "yes", "no"


def write(concepts: Iterable[PlainConcept]) -> str:
    """The table as text, in the columns COLUMNS."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for concept in concepts:
        for label in concept.labels:
            row = _label_cells(concept.slug, label)
            if label.kind == Label.Kind.PREFERRED:
                row |= _concept_cells(concept)
            writer.writerow({column: plain_cell(cell) for column, cell in row.items()})
    return target.getvalue()


def _label_cells(slug: str, label: PlainLabel) -> dict[str, str]:
    return {
        "concept": slug,
        "kind": label.kind,
        "label": label.text,
        "said by": _BETWEEN.join(label.sectors),
        "everyday word": _YES if label.is_ambiguous else "",
        "searched": "" if label.expands else _NO,
        "language": "" if label.language == "en" else label.language,
    }


def _concept_cells(concept: PlainConcept) -> dict[str, str]:
    return {
        "definition": concept.definition,
        "note": concept.scope_note,
        "broader": _BETWEEN.join(concept.broader),
        "related": _BETWEEN.join(concept.related),
        "topic": concept.topic,
        "source": concept.source,
        "matches": _BETWEEN.join(
            f"{match.relation} {match.scheme}: {match.label}" + (f" <{match.uri}>" if match.uri else "")
            for match in concept.matches
        ),
        "in use": "" if concept.is_in_use else _NO,
    }


def read(text: str) -> tuple[list[PlainConcept], list[str]]:
    """The concepts of a table, and what is wrong with its lines."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), restkey="too many")
    try:
        missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
        if missing:
            return [], [_("Line 1: these columns are missing: %(names)s.") % {"names": ", ".join(missing)}]
        return _read_rows(reader)
    except csv.Error as error:
        return [], [_("Line %(line)s: this is not a table: %(error)s.") % {"line": reader.line_num, "error": error}]


def _read_rows(reader: csv.DictReader) -> tuple[list[PlainConcept], list[str]]:
    concepts: dict[str, PlainConcept] = {}
    problems: list[str] = []
    for row in reader:
        where = _("Line %(line)s") % {"line": reader.line_num}
        if "too many" in row:
            problems.append(_("%(where)s: more cells than the first line has.") % {"where": where})
            continue
        cells = {column: bare_cell((row.get(column) or "").strip()) for column in COLUMNS}
        if not any(cells.values()):
            continue
        slug = cells["concept"]
        known = concepts.setdefault(slug, PlainConcept(slug, (), where=where))
        label, wrong = _label(cells)
        concept = replace(known, labels=(*known.labels, label))
        if label.kind == Label.Kind.PREFERRED:
            concept, more = _concept(cells, concept)
            wrong += more
        concepts[slug] = concept
        problems += [f"{where}: {each}" for each in wrong]
    return list(concepts.values()), problems


def _label(cells: dict[str, str]) -> tuple[PlainLabel, list[str]]:
    wrong = [
        _("“%(cell)s” under “%(column)s” is neither yes nor no.") % {"cell": cells[column], "column": column}
        for column in ("everyday word", "searched", "in use")
        if cells[column].lower() not in (_YES, _NO, "")
    ]
    label = PlainLabel(
        text=cells["label"],
        kind=cells["kind"].lower(),
        sectors=_several(cells["said by"]),
        is_ambiguous=cells["everyday word"].lower() == _YES,
        expands=cells["searched"].lower() != _NO,
        language=cells["language"] or "en",
    )
    return label, wrong


def _concept(cells: dict[str, str], concept: PlainConcept) -> tuple[PlainConcept, list[str]]:
    found = [(text, _MATCH.match(text)) for text in _several(cells["matches"])]
    wrong = [
        _("“%(text)s” is no match. Write it as “exact MeSH: Sleep”.") % {"text": text}
        for text, match in found
        if not match
    ]
    matches = tuple(
        PlainMatch(match["scheme"].strip(), match["label"].strip(), match["relation"] or "close", match["uri"] or "")
        for _text, match in found
        if match
    )
    read = replace(
        concept,
        definition=cells["definition"],
        scope_note=cells["note"],
        broader=_several(cells["broader"]),
        related=_several(cells["related"]),
        topic=cells["topic"],
        source=cells["source"],
        matches=matches,
        is_in_use=cells["in use"].lower() != _NO,
    )
    return read, wrong


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))
