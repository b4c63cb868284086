"""Dates of which only a part is known: a year, a month, a day, a span."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from typing import Any

Date = dict[str, Any]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_FORMS = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?!\d)"),
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.]|(?!\d))"),
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\.? +(?P<n>[A-Za-z]{3,9})\.?,? +(?P<y>\d{4})"),
    re.compile(r"(?P<n>[A-Za-z]{3,9})\.? +(?P<d>\d{1,2})(?:st|nd|rd|th)?,? +(?P<y>\d{4})"),
    re.compile(r"(?P<n>[A-Za-z]{3,9})\.?,? +(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[ /]+(?P<n>[A-Za-z]{3,9})\.?(?:[ /-]+(?P<d>\d{1,2})(?!\d))?"),
    re.compile(r"(?<!\d)(?P<y>\d{4})(?!\d)"),
)


def read(text: str) -> Date:
    """The first date in a text; empty without one. A text that names none is kept as `literal`."""
    text = " ".join(text.split())
    for form in _FORMS:
        found = form.search(text)
        if found and (parts := _parts(found.groupdict())):
            return {"date-parts": [parts]}
    return {"literal": text[:100]} if text else {}


def read_span(text: str) -> Date:
    """As `read`, and "2016/2017" or "2016-01-05/2016-02" as a span of two dates."""
    start, slash, end = text.partition("/")
    if slash and re.fullmatch(r"\s*\d{4}(-\d\d){0,2}\s*", start) and re.fullmatch(r"\s*\d{4}(-\d\d){0,2}\s*", end):
        both = [read(start).get("date-parts", [[]])[0], read(end).get("date-parts", [[]])[0]]
        return {"date-parts": both} if all(both) else {}
    return read(text)


def month(text: str) -> int | None:
    """1 to 12 for "3", "mar", "March" or "15 March"; else None."""
    found = [_MONTHS.get(word[:3].lower()) for word in re.findall(r"[A-Za-z]{3,}", text)]
    found += [int(number) for number in re.findall(r"\b\d{1,2}\b", text)]
    return next((number for number in found if number and number <= 12), None)


def from_csl(value: object) -> Date:
    """A date of CSL-JSON with only what is possible in it; empty without anything."""
    if isinstance(value, str):
        return read_span(value)
    if not isinstance(value, Mapping):
        return {}
    found = value.get("date-parts")
    both = found[:2] if isinstance(found, list) else []
    parts = [checked for one in both if isinstance(one, list) and (checked := _checked(one))]
    if parts:
        return {"date-parts": parts}
    for name in ("raw", "literal"):
        if isinstance(value.get(name), str) and value[name].strip():
            return read_span(value[name])
    return {}


def text(date: Date | None) -> str:
    """ "2019", "2019-03" or "2019-03-21"; empty without a year."""
    parts = ((date or {}).get("date-parts") or [[]])[0]
    return "-".join(f"{number:04d}" if place == 0 else f"{number:02d}" for place, number in enumerate(parts))


def _parts(found: dict[str, str | None]) -> list[int]:
    number = found.get("m") or (found.get("n") and _MONTHS.get(str(found["n"])[:3].lower())) or None
    return _checked([found["y"], *([number, found["d"]] if number and found.get("d") else [number] if number else [])])


def _checked(values: list[Any]) -> list[int]:
    """Year, month and day as far as they are possible: the 31st of February is February."""
    numbers: list[int] = []
    for value in values[:3]:
        try:
            numbers.append(int(value))
        except (TypeError, ValueError, OverflowError):
            break
    if not numbers or not 1 <= numbers[0] <= 2999:
        return []
    if len(numbers) > 1 and not 1 <= numbers[1] <= 12:
        return numbers[:1]
    if len(numbers) > 2 and not 1 <= numbers[2] <= calendar.monthrange(*numbers[:2])[1]:
        return numbers[:2]
    return numbers
