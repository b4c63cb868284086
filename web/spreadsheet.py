"""Tables that people open in a spreadsheet: no cell is a formula, and names keep their accents."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

BOM = "\ufeff"  # or Excel reads names with accents wrongly
# What spreadsheets take for the beginning of a formula, in ASCII and as full-width signs.
FORMULA = ("=", "+", "-", "@", "|", "＝", "＋", "－", "＠")
BLANKS = ("\t", "\r", "\n")
QUOTE = "'"


class _Line:
    """What `csv` writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as CSV, a line at a time; the first is the headings."""
    writer = csv.writer(_Line())
    for place, row in enumerate(rows):
        written = writer.writerow([plain_cell(cell) if isinstance(cell, str) else cell for cell in row])
        yield written if place else BOM + written


def plain_cell(text: str) -> str:
    """The text so that no spreadsheet computes it."""
    return f"{QUOTE}{text}" if _is_formula(text) else text


def bare_cell(text: str) -> str:
    """What `plain_cell` was given."""
    return text[1:] if text.startswith(QUOTE) and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    return text.startswith(BLANKS) or text.lstrip().startswith(FORMULA)
