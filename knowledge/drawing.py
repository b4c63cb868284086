"""Where everything stands in the picture of an evidence map, in pixels: the template only writes it down."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.evidence_map import EvidenceMap

COLUMN, ROW, HEAD, LINE = 92, 78, 22, 18
# A phone's width without its margins.
NARROWEST = 320
LARGEST, SMALLEST = 25, 13
LETTERS = 13
MOST_LINES = 4


class Mark(NamedTuple):
    """A circle whose area says how many resources there are, with the number in it."""

    x: int
    y: int
    radius: int
    total: int
    url: str
    row: str
    value: str


class Head(NamedTuple):
    x: int
    lines: list[tuple[int, str]]


class Band(NamedTuple):
    """The place of one row: its name, the line beneath it, and its marks."""

    name: str
    name_y: int
    rule_y: int
    middle_y: int
    marks: list[Mark]
    empty: list[int]


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    heads: list[Head]
    bands: list[Band]


def draw(found: EvidenceMap) -> Picture:
    """Rows have their name above them, not before them: so a map of four ratings fits a phone."""
    labels = [textwrap.wrap(value, LETTERS)[:MOST_LINES] or [value] for value in found.values]
    head = HEAD + LINE * max(map(len, labels), default=0)
    column = max(COLUMN, NARROWEST // max(len(found.values), 2))
    middles = [column * place + column // 2 for place in range(len(found.values))]
    heads = [
        Head(x, [(HEAD + LINE * number, text) for number, text in enumerate(lines)])
        for x, lines in zip(middles, labels, strict=True)
    ]
    bands = []
    for place, row in enumerate(found.rows):
        top = head + ROW * place
        marks = [
            Mark(x, top + 48, _radius(cell.total, found.largest), cell.total, cell.url, row.name, cell.value)
            for x, cell in zip(middles, row.cells, strict=True)
            if cell.total
        ]
        empty = [x for x, cell in zip(middles, row.cells, strict=True) if not cell.total]
        bands.append(Band(row.name, top + 16, top + ROW - 4, top + 48, marks, empty))
    return Picture(max(column * len(middles), NARROWEST), head + ROW * len(found.rows) + 8, heads, bands)


def _radius(total: int, largest: int) -> int:
    """Areas, not radii, are as the numbers; the smallest still holds its number."""
    return max(SMALLEST, round(LARGEST * math.sqrt(total / largest)))
