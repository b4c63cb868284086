"""Keyset paging: page one million costs what page one costs, and nothing is skipped when rows are added."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.http import HttpRequest

Row = TypeVar("Row")
OLDER, NEWER = "o", "n"


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page. `older` and `newer` are cursors for the pages beside it, None where there is none."""

    items: list[Row]
    older: str | None
    newer: str | None

    def links(self, request: HttpRequest, name: str = "cursor") -> dict[str, str]:
        """`newer_url` and `older_url` for components/pagination.html; the rest of the query string stays."""
        found = {}
        for key, cursor in (("newer_url", self.newer), ("older_url", self.older)):
            if cursor:
                query = request.GET.copy()
                query[name] = cursor
                found[key] = f"?{query.urlencode()}"
        return found


class _RowComparison(Func):
    """SQL's row values, `(a, b) < (x, y)`: both databases read them straight off an index on (a, b).

    Django's own tuple lookups write them out as OR on SQLite, which cannot use the index for a range.
    """

    output_field = BooleanField()

    def __init__(self, columns: list[str], operator: str, values: list[Any]) -> None:
        super().__init__(*(F(column) for column in columns), *(Value(value) for value in values))
        self.operator = operator

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        parts: list[str] = []
        parameters: list[Any] = []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            parameters.extend(values)
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})", tuple(parameters)


def keyset(
    queryset: QuerySet,
    *,
    order: tuple[str, ...] = ("-id",),
    cursor: str | None,
    size: int,
    first: Callable[[], list[Any]] | None = None,
) -> KeysetPage[Any]:
    """The page of `queryset` (models or dicts of `values()`) that `cursor` points at; page one without one.

    `order` names columns that are never null, all ascending or all descending, the last one unique. A cursor
    that is malformed, forged or made for another list is page one. Raises ValueError for any other order.
    `first` reads page one in another way (`web.prepared`): `size` + 1 rows of the same queryset in the same order.
    """
    columns, descending = _read_order(queryset.model, order)
    signer = signing.Signer(salt=f"web.paging:{queryset.model._meta.label}:{','.join(order)}")
    direction, values = _read_cursor(signer, cursor, len(columns))
    backwards = direction == NEWER
    if values:
        operator = "<" if descending != backwards else ">"
        queryset = queryset.filter(_RowComparison(columns, operator, values))
    marks = [f"-{column}" if descending != backwards else column for column in columns]
    rows = first() if first and not values else list(queryset.order_by(*marks)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_older, has_newer = (True, more) if backwards else (more, bool(values))
    return KeysetPage(
        items=rows,
        older=_write_cursor(signer, OLDER, rows[-1], columns) if rows and has_older else None,
        newer=_write_cursor(signer, NEWER, rows[0], columns) if rows and has_newer else None,
    )


def _read_order(model: type[Model], order: tuple[str, ...]) -> tuple[list[str], bool]:
    columns = [name.removeprefix("-") for name in order]
    if len({name.startswith("-") for name in order}) != 1:
        raise ValueError("Keyset paging needs an order that runs one way in every column.")
    for column in columns:
        try:
            field = model._meta.get_field(column)
        except FieldDoesNotExist:
            continue
        if getattr(field, "null", False):
            raise ValueError(f"Keyset paging cannot order by {column}, which may be null.")
    if columns[-1] not in ("id", "pk") and not model._meta.get_field(columns[-1]).unique:  # type: ignore[union-attr]
        raise ValueError("Keyset paging needs a unique last column.")
    return columns, order[0].startswith("-")


def _write_cursor(signer: signing.Signer, direction: str, row: Any, columns: list[str]) -> str:
    values = [_value(row, column) for column in columns]
    # As both databases write it.
    values = [value.hex if isinstance(value, UUID) else value for value in values]
    plain = [
        {"d": value.isoformat(), "t": isinstance(value, dt.datetime)} if isinstance(value, dt.date) else value
        for value in values
    ]
    # Signed, so that a cursor that we read holds exactly what we wrote: nothing in it need be checked again.
    return signer.sign_object([direction, plain], compress=False)


def _read_cursor(signer: signing.Signer, cursor: str | None, length: int) -> tuple[str, list[Any]]:
    if not cursor or len(cursor) > 2000:
        return OLDER, []
    try:
        direction, plain = signer.unsign_object(cursor)
    except (signing.BadSignature, ValueError, json.JSONDecodeError):
        return OLDER, []
    values = [_dated(value) if isinstance(value, dict) else value for value in plain]
    return (direction, values) if len(values) == length else (OLDER, [])


def _dated(value: dict) -> dt.date:
    return dt.datetime.fromisoformat(value["d"]) if value["t"] else dt.date.fromisoformat(value["d"])


def _value(row: Any, column: str) -> Any:
    if isinstance(row, dict):
        return row[column]
    for part in column.split("__"):
        row = getattr(row, part)
    return row
