"""What each connection to the database is told once, when it is opened."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def plan_without_compiling(connection: BaseDatabaseWrapper, **_said: Any) -> None:
    """PostgreSQL compiles what it believes to be dear, and for a statement of the search that took it 50 ms of 52.

    Said here and not in the options with which a connection begins, because PgBouncer refuses those.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
