"""SQL that is written once, not at each request: on the busiest pages writing it takes longer than running it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Row = TypeVar("Row")
# What stands for parameters while the SQL is written: numbers that fit every integer column, and text.
_FIRST = 2_000_000_011
_TEXT = "\ufffd stands for "
Value = int | str


def execute(statement: str, *values: Any) -> int:
    """Run one statement written by hand, moments as this database takes them. Returns how many rows it touched."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapt(value) if isinstance(value, dt.datetime) else value for value in values])
        return cursor.rowcount


class Prepared(Generic[Row]):
    """`Prepared(lambda thread: Post.objects.filter(thread=thread), "thread").rows(thread=7)`.

    `build` gets a number in place of each parameter (of `texts`: some text) and must use it as a value in the SQL,
    nowhere else: not to slice or to decide anything. What it reads besides (today, a reader) would be that of the
    first call for ever after. Models and values() both work; prefetching does not. ValueError where a parameter does
    not reach the SQL, unless it is one of those that `unused` allows.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Row]],
        *names: str,
        texts: tuple[str, ...] = (),
        unused: tuple[str, ...] = (),
    ) -> None:
        self.build, self.unused = build, unused
        self.stand_ins: dict[Value, str] = {_FIRST + place: name for place, name in enumerate(names)}
        self.stand_ins |= {f"{_TEXT}{name}": name for name in texts}

    @cached_property
    def _written(self) -> tuple[QuerySet[Any, Row], Any, str, list[tuple[str | None, Any]]]:
        """The queryset, its compiler, the SQL, and what to send: a parameter's name or a value that never changes."""
        queryset = self.build(**{name: value for value, name in self.stand_ins.items()})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, values = compiler.as_sql()
        slots = [(self.stand_ins.get(value) if isinstance(value, Value) else None, value) for value in values]
        missing = set(self.stand_ins.values()) - {name for name, _ in slots} - set(self.unused)
        if missing:
            raise ValueError(f"The query does not use {', '.join(sorted(missing))}.")
        return queryset, compiler, sql, slots

    @cached_property
    def _converters(self) -> Any:
        """What makes values of Python of a row's columns: Django would look for it at each call, column by column."""
        compiler = self._written[1]
        return compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])

    @cached_property
    def _prepared(self) -> tuple[str, tuple[str, ...]]:
        """For PostgreSQL: the SQL, with what never changes written into it so that it is planned for, and the names."""
        queryset, _compiler, sql, slots = self._written
        operations: Any = connections[queryset.db].ops
        # Whatever stands in the text is read once more for its placeholders.
        texts = ("%s" if name else operations.compose_sql("%s", [value]).replace("%", "%%") for name, value in slots)
        return sql.replace("%%", "%%%%") % tuple(texts), tuple(name for name, _value in slots if name)

    def _fetched(self, connection: BaseDatabaseWrapper, values: dict[str, Value]) -> list[Any]:
        if connection.vendor == "postgresql":
            sql, names = self._prepared
            return _from_server(connection, sql, [values[name] for name in names])
        _queryset, _compiler, sql, slots = self._written
        with connection.cursor() as cursor:
            cursor.execute(sql, tuple(values[name] if name else value for name, value in slots))
            return cursor.fetchall()

    def rows(self, **values: Value) -> list[Row]:
        queryset, written, _sql, _slots = self._written
        # Each thread has a connection of its own.
        connection = connections[queryset.db]
        fetched = [self._fetched(connection, values)]
        compiler = copy(written)
        compiler.connection = connection
        compiler.execute_sql = lambda *args, **kwargs: fetched
        compiler.get_converters = lambda expressions: self._converters
        query: Any = copy(queryset.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        ready: Any = type(queryset)(model=queryset.model, query=query, using=queryset.db)
        iterable: Any = queryset._iterable_class
        return list(iterable(ready))


def _from_server(connection: Any, sql: str, values: list[Value]) -> list[Any]:
    """The rows of a statement that the server prepares at its first use on a connection, and plans but a few times.

    Planning takes PostgreSQL ten times as long as running what finds a few rows by an index. Django's own cursors write
    values into the text, so that nothing can be prepared. Numbers are all of one size, since each set of types would be
    a statement of its own.
    """
    from django.db.backends.postgresql.base import ServerBindingCursor
    from psycopg.types.numeric import Int8

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    bare = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    # Django's log asks the cursor what it ran, and of what is prepared it cannot say.
    log = connection.make_debug_cursor(bare).debug_sql(sql, values) if connection.queries_logged else nullcontext()
    with connection.make_cursor(bare) as cursor, log:
        cursor.execute(sql, [value if isinstance(value, str) else Int8(value) for value in values])
        return cursor.fetchall()
